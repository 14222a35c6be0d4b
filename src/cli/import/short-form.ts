/** A server in short, for people, without its secrets. Pure. */
import { parseGroup } from "../../config/group.ts";
import { defaultSettings } from "../../config/schema.ts";
import { createRedactor } from "../../observe/redact.ts";
import { printable } from "../output/printable.ts";

const mask = "***";

/** What is started, or the address; `secretFields` as in `args[3]` are masked besides whatever looks like a secret. */
export function shortForm(entry: Readonly<Record<string, unknown>>, secretFields: readonly string[]): string {
	const { url, command, args } = entry;
	const hide = hiding(entry);
	if (typeof url === "string") return secretFields.includes("url") ? hide(withoutSecretParts(url)) : hide(bare(url));
	const own = Array.isArray(args) ? args.map(String) : [];
	const shown = own.map((arg, index) => (secretFields.includes(`args[${index}]`) ? masked(arg) : hide(arg)));
	return printable([hide(typeof command === "string" ? command : ""), ...shown.map(quoted)].join(" ")).replaceAll(
		"\n",
		" ",
	);
}

/** `--token=x` keeps its name. */
function masked(arg: string): string {
	const name = /^-{0,2}[\w.-]+[=:]\s*/.exec(arg)?.[0] ?? "";
	return name + mask;
}

function quoted(arg: string): string {
	return arg === "" || /\s/.test(arg) ? JSON.stringify(arg) : arg;
}

/** Who signs in by the address itself is not shown. */
function bare(text: string): string {
	return text.replace(/^([a-z]+:\/\/)[^/?#@]*@/i, `$1${mask}@`);
}

/** What stands behind the host may be the secret. */
function withoutSecretParts(text: string): string {
	const found = /^[a-z]+:\/\/[^/?#]+/i.exec(bare(text));
	return found === null ? mask : `${found[0]}/${mask}`;
}

function hiding(entry: Readonly<Record<string, unknown>>): (text: string) => string {
	const parsed = parseGroup("server", entry, { env: {}, home: "/", path: "/config.json", settings: defaultSettings });
	const redact = createRedactor("group" in parsed ? parsed.secrets : () => []);
	return (text) => redact(text).replaceAll("[redacted]", mask);
}
