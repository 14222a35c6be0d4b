/** Finds the values of a server's definition that must not appear in logs. Pure. */
import type { VariableValue } from "./expand.ts";
import { keyTexts, secretsOfOauth } from "./oauth.ts";
import type { ServerConfig } from "./schema.ts";
import { isPem } from "./tls.ts";

/** Shorter values would black out half of every log line, and are no secrets worth the name. */
const shortestSecret = 6;

/** Names whose values are secret. */
export const secretName = /key|token|secret|passw|pwd|auth|credential|cookie|session|signature/i;

/** Variables and headers that hold no secret. Upper case. */
const harmlessNames = new Set(
	(
		"PATH HOME PWD USER USERNAME LOGNAME SHELL LANG LANGUAGE LC_ALL TZ TERM EDITOR HOSTNAME TMPDIR TEMP TMP " +
		"USERPROFILE APPDATA LOCALAPPDATA PROGRAMFILES SYSTEMROOT XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME " +
		"NODE_ENV NODE_PATH PYTHONPATH PYTHONUNBUFFERED LOG_LEVEL LOGLEVEL RUST_LOG DEBUG NO_COLOR " +
		"ACCEPT ACCEPT-LANGUAGE CONTENT-TYPE USER-AGENT MCP-PROTOCOL-VERSION"
	).split(" "),
);

/** Folders that a value starting with `/` must be in to count as a path: a Base64 secret may start with `/` too. */
const folder =
	/^(?:~|\/(?:Applications|Library|Users|Volumes|bin|data|etc|home|mnt|nix|opt|private|root|run|srv|tmp|usr|var)|[A-Za-z]:)(?:[\\/]|$)/;

/**
 * What to redact, the longest first, so that a secret inside another one does not leave half of it behind.
 *
 * That is: values of variables that were filled in, values of `env` and `headers`, private keys, the secret of the OAuth client,
 * and what looks like a credential in `args` and `url`. Short values, paths, small numbers and bare origins are left readable
 * unless their name says that they are secret. `server` is the definition with its variables filled in.
 */
export function secretsOf(server: ServerConfig, used: readonly VariableValue[]): string[] {
	const found = used.filter(({ variable, value }) => !isHarmless(variable, value)).map(({ value }) => value);
	const named = Object.entries(server.type === "stdio" ? server.env : server.headers);
	found.push(...named.filter(([name, value]) => !isHarmless(name, value)).map(([, value]) => value));
	found.push(...(server.type === "stdio" ? inArguments(server.args) : inUrl(server.url)));
	if (server.type !== "stdio") found.push(...inKey(server.tls?.key ?? ""), ...secretsOfOauth(server));
	const all = found.flatMap(withoutScheme).filter((value) => value.length >= shortestSecret);
	return [...new Set(all)].sort((a, b) => b.length - a.length);
}

function isHarmless(name: string, value: string): boolean {
	if (value.length < shortestSecret) return true;
	if (secretName.test(name)) return false;
	return harmlessNames.has(name.toUpperCase()) || folder.test(value) || /^\d{1,9}$/.test(value) || isOrigin(value);
}

/** `https://example.com`: an address whose path, query and user are empty hides nothing. */
function isOrigin(value: string): boolean {
	const url = URL.parse(value);
	return url !== null && url.host !== "" && [url.origin, `${url.origin}/`].includes(value);
}

/** A server that repeats its token does so without `Bearer`. */
function withoutScheme(value: string): string[] {
	const [, credential] = /^(?:bearer|basic|token|apikey)\s+(\S.*)$/i.exec(value) ?? [];
	return credential === undefined ? [value] : [value, credential];
}

/** `--token x`, `--token=x`, `-e API_KEY=x`, `--header "Authorization: Bearer x"`, `postgres://me:x@host/db`. */
function inArguments(args: readonly string[]): string[] {
	return [...args.flatMap(namedIn), ...args.flatMap((argument) => inAddress(argument))];
}

function namedIn(argument: string, index: number, args: readonly string[]): string[] {
	const [, name, value] = /^-{0,2}([\w.-]+)(?:=|:\s*)(.+)$/s.exec(argument) ?? [];
	if (name !== undefined && value !== undefined) return secretName.test(name) ? [value] : [];
	const before = args[index - 1] ?? "";
	return /^--?[\w-]+$/.test(before) && secretName.test(before) && !argument.startsWith("-") ? [argument] : [];
}

/** As in `--db=postgres://me:x@host/db`. A password that is the user's name guards nothing, and is often a word like "postgres". */
function inAddress(argument: string): string[] {
	const [address] = /[a-z][a-z\d+.-]*:\/\/\S+/i.exec(argument) ?? [];
	const url = address === undefined ? null : URL.parse(address);
	if (url === null) return [];
	const query = [...url.searchParams].filter(([name]) => secretName.test(name)).map(([, value]) => value);
	return [...(url.password === url.username ? [] : passwordIn(url)), ...withEncoded(query)];
}

function inUrl(text: string): string[] {
	const url = URL.parse(text);
	if (url === null) return [];
	const query = [...url.searchParams].filter(([name, value]) => !isHarmless(name, value)).map(([, value]) => value);
	return [...passwordIn(url), ...withEncoded(query)];
}

/** As the address has it, and as it is where signs were written that an address does not have, like `|`. */
function passwordIn({ password }: URL): string[] {
	try {
		return [...new Set([password, decodeURIComponent(password)])];
	} catch {
		return [password]; // A stray "%", which stands as it was written.
	}
}

/** As written and as decoded: a log may show either. */
function withEncoded(values: readonly string[]): string[] {
	return [...values, ...values.map(encodeURIComponent)];
}

function inKey(text: string): string[] {
	return isPem(text) ? keyTexts(text) : [];
}
