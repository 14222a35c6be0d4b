/** Reads the certificates and keys that a server's settings name. */
import { errorText, UpstreamError } from "../../base/errors.ts";
import type { Tls } from "../../config/tls.ts";

/** PEM texts, as `fetch` takes them. */
export interface TlsOptions {
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
	readonly rejectUnauthorized: boolean;
}

/**
 * A server at a URL with PEM texts where its config may name files. Read at each start, so that a renewed certificate needs
 * no more than a new start. Throws `UpstreamError`.
 */
export async function withPemTexts<S extends { readonly tls?: Tls; readonly oauthPrivateKey?: string }>(
	group: string,
	server: S,
): Promise<S> {
	const { tls, oauthPrivateKey } = server;
	return {
		...server,
		...(tls === undefined ? {} : { tls: await readTls(group, tls) }),
		...(oauthPrivateKey === undefined
			? {}
			: { oauthPrivateKey: await readPem(group, "oauth_private_key", oauthPrivateKey) }),
	};
}

async function readTls(group: string, setting: Tls): Promise<TlsOptions> {
	const { ca, cert, key, rejectUnauthorized } = setting;
	const read = async (field: "ca" | "cert" | "key", value: string | undefined) =>
		value === undefined ? {} : { [field]: await readPem(group, `tls.${field}`, value) };
	const texts = await Promise.all([read("ca", ca), read("cert", cert), read("key", key)]);
	return { ...texts[0], ...texts[1], ...texts[2], rejectUnauthorized };
}

type Field = "tls.ca" | "tls.cert" | "tls.key" | "oauth_private_key";

async function readPem(group: string, field: Field, value: string): Promise<string> {
	const isText = value.trimStart().startsWith("-----BEGIN");
	const text = isText ? value : await readFile(group, field, value);
	const isKey = field === "tls.key" || field === "oauth_private_key";
	const kind = isKey ? "PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----";
	if (text.includes(kind)) return text;
	const what = isKey ? "private key" : "certificate";
	throw new UpstreamError(
		group,
		"refused",
		`${isText ? "" : `"${value}", `}its ${field}, holds no ${what} in PEM form`,
	);
}

async function readFile(group: string, field: Field, path: string): Promise<string> {
	try {
		return await Bun.file(path).text();
	} catch (cause) {
		const reason = errorText(cause);
		throw new UpstreamError(group, "refused", `its ${field} cannot be read: ${reason}`, { cause });
	}
}
