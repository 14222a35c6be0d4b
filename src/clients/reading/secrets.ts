/** Finds the secrets that stand in an entry in clear text, and names for variables to move them to. Pure. */
import { isObject } from "../../base/objects.ts";
import { variableName } from "../../config/foreign-variables.ts";
import { secretName } from "../../config/secrets.ts";
import { fieldPath } from "../../config/wording.ts";
import type { FoundSecret } from "../types.ts";

/** Shorter ones are samples like `x`, or no secrets worth the name. */
const shortest = 6;

/** What the usual services put at the start of their tokens, private keys, and signed tokens. */
const tokenShape =
	/(?:^|[\s=:"])(?:sk-|sk_|pk_live_|rk_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|xapp-|AKIA[A-Z0-9]{12}|AIza[\w-]{30}|ya29\.|hf_|npm_|dop_v1_|ntn_|secret_|lin_api_|pat-|SG\.|eyJ[\w-]+\.[\w-]+\.|-----BEGIN [A-Z ]*PRIVATE KEY)/;

const harmlessValue = /^(?:true|false|none|null|default|auto|\d{1,9}|[~/.][\w./ -]*|[A-Za-z]:[\\/].*)$/i;

/** `entry` is in our format and valid. */
export function findSecrets(group: string, entry: Readonly<Record<string, unknown>>): FoundSecret[] {
	const found: FoundSecret[] = [];
	const add = (field: string, wanted: string) => found.push({ field, variable: free(wanted, found) });
	for (const [name, value] of textsIn(entry["env"])) {
		if (isSecret(name, value)) add(fieldPath("env", name), variableFor(group, name));
	}
	for (const [name, value] of textsIn(entry["headers"])) {
		if (isSecret(name, value)) add(fieldPath("headers", name), variableFor(group, name));
	}
	if (Array.isArray(entry["args"])) {
		for (const [index, name] of secretArguments(entry["args"])) add(fieldPath("args", index), variableFor(group, name));
	}
	if (typeof entry["url"] === "string" && secretInUrl(entry["url"])) add("url", variableFor(group, "URL"));
	for (const field of ["oauth_client_secret", "oauth_private_key"]) {
		if (isSecret(field, entry[field])) add(field, variableFor(group, field));
	}
	return found;
}

function textsIn(values: unknown): [string, string][] {
	if (!isObject(values)) return [];
	return Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
}

function isSecret(name: string, value: unknown): boolean {
	if (typeof value !== "string") return false;
	const written = withoutReferences(value);
	const bare = written.replace(/^(?:bearer|basic|token|apikey)\s+/i, "").trim();
	if (tokenShape.test(bare) || hasPassword(written)) return true;
	return secretName.test(name) && bare.length >= shortest && !harmlessValue.test(bare);
}

/** What is left when everything is taken away that is filled in, or looks like it: the defaults remain. */
function withoutReferences(text: string): string {
	return text.replaceAll(/\$?\$\{(?:env:)?\w+(?::-([^}]*))?\}/g, (_, fallback: string | undefined) => fallback ?? "");
}

/** As in `postgres://me:secret@host/`. */
function hasPassword(text: string): boolean {
	return /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i.test(text);
}

/** Where the secret arguments are, and what they are called: `--token x`, `--token=x`, `-e API_KEY=x`, `--header "X-Key: x"`. */
function secretArguments(args: readonly unknown[]): [number, string][] {
	return args.flatMap((argument, index): [number, string][] => {
		if (typeof argument !== "string") return [];
		const [, name, value] = /^-{0,2}([\w.-]+)(?:=|:\s*)(.+)$/s.exec(argument) ?? [];
		if (name !== undefined && isSecret(name, value)) return [[index, name]];
		const before = args[index - 1];
		const option = typeof before === "string" ? /^--?([\w-]+)$/.exec(before)?.[1] : undefined;
		if (option !== undefined && !argument.startsWith("-") && isSecret(option, argument)) return [[index, option]];
		if (secretInUrl(argument)) return [[index, "URL"]];
		return tokenShape.test(withoutReferences(argument)) ? [[index, "TOKEN"]] : [];
	});
}

function secretInUrl(text: string): boolean {
	const written = withoutReferences(text);
	if (hasPassword(written)) return true;
	const query = URL.parse(written)?.searchParams ?? [];
	return [...query].some(([name, value]) => isSecret(name, value));
}

/** Says nothing about whose it is. */
const generic =
	/^(?:X_)?(?:API_?KEY|APIKEY|KEY|(?:ACCESS|AUTH|API|BEARER)?_?TOKEN|SECRET|PASSWORD|PASS|AUTHORIZATION|AUTH|CREDENTIALS?|COOKIE|URL|OAUTH_CLIENT_SECRET|OAUTH_PRIVATE_KEY)$/;

/** `GITHUB_TOKEN` as it is; what many servers call by the same name gets the group's before it. */
export function variableFor(group: string, name: string): string {
	const own = variableName(name);
	if (!generic.test(own)) return own;
	const what = own.replace(/^X_/, "").replace(/^AUTH(?:ORIZATION)?$/, "TOKEN");
	return `${variableName(group)}_${what}`;
}

function free(wanted: string, found: readonly FoundSecret[]): string {
	const taken = new Set(found.map(({ variable }) => variable));
	let name = wanted;
	for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
	return name;
}
