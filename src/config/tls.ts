/** The `tls` of a server at a URL: whom to trust, and how to prove who we are. Pure: the files are read by others. */
import * as v from "valibot";

import { filledText, flag } from "./fields.ts";
import { fieldPath } from "./wording.ts";

/** Each of `ca`, `cert` and `key` is PEM text or the path of a file with it, which `isPem` tells apart. */
export type Tls = v.InferOutput<typeof tlsSchema>;

const pem = (what: string, usual: string) =>
	v.pipe(
		v.exactOptional(filledText),
		v.description(
			`${what}: a PEM file, or the PEM text itself. \`\${VAR}\` and a leading \`~/\` are filled in; a relative path starts at the config file's folder. Default: ${usual}.`,
		),
	);

/** That `cert` and `key` come together is for the validation to see, which can name the one that is missing. */
export const tlsSchema = v.strictObject({
	ca: pem("The certificate authorities to trust, in place of the usual ones", "the usual ones"),
	cert: pem("The client certificate, which needs a `key`", "none"),
	key: pem("The private key of the client certificate `cert`", "none"),
	rejectUnauthorized: v.pipe(
		v.optional(flag(), true),
		v.description(
			"false: the server's certificate is not checked, so that anybody on the way can read and change what is sent. Default: true.",
		),
	),
});

/** Whether it is the text itself and not the path of a file. */
export function isPem(text: string): boolean {
	return text.trimStart().startsWith("-----BEGIN");
}

/** The same with another text for each of `ca`, `cert` and `key` that is there. */
export function mapPem(
	{ rejectUnauthorized, ...texts }: Tls,
	change: (text: string, field: keyof typeof texts) => string,
): Tls {
	const { ca, cert, key } = texts;
	return {
		...(ca === undefined ? {} : { ca: change(ca, "ca") }),
		...(cert === undefined ? {} : { cert: change(cert, "cert") }),
		...(key === undefined ? {} : { key: change(key, "key") }),
		rejectUnauthorized,
	};
}

interface Place {
	readonly url: string;
	readonly tls?: Tls;
	readonly headers?: Readonly<Record<string, string>>;
}

/** What somebody who has written this should know, a line each. The url is the one with its variables filled in. */
export function tlsWarnings(name: string, { url, tls, headers }: Place): string[] {
	const at = (...keys: string[]) => fieldPath("mcpServers", name, ...keys);
	const { protocol, hostname } = URL.parse(url) ?? {};
	if (protocol === "http:") {
		const isReadable = Object.keys(headers ?? {}).length > 0 && !isThisMachine(hostname ?? "");
		return [
			...(tls === undefined ? [] : [`${at("tls")}: has no effect, because url is an http:// address`]),
			...(isReadable ? [`${at("headers")}: are sent to ${hostname} unencrypted; use https:// if it is there`] : []),
		];
	}
	if (tls?.rejectUnauthorized !== false) return [];
	return [
		`${at("tls", "rejectUnauthorized")}: the server's certificate is not checked: anybody on the way can read and change what is sent`,
	];
}

/** Names and addresses that never leave the machine (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
function isThisMachine(hostname: string): boolean {
	return (
		hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || hostname.startsWith("127.")
	);
}
