/** Reads the certificates that a server's `tls` setting names. */
import { UpstreamError } from "../../base/errors.ts";
import type { Tls } from "../../config/tls.ts";

/** PEM texts, as `fetch` takes them. */
export interface TlsOptions {
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
	readonly rejectUnauthorized: boolean;
}

/** Read at each start, so that a renewed certificate needs no more than a new start. Throws `UpstreamError`. */
export async function readTls(group: string, setting: Tls): Promise<TlsOptions> {
	const { ca, cert, key, rejectUnauthorized } = setting;
	const read = async (field: "ca" | "cert" | "key", value: string | undefined) =>
		value === undefined ? {} : { [field]: await readPem(group, field, value) };
	const texts = await Promise.all([read("ca", ca), read("cert", cert), read("key", key)]);
	return { ...texts[0], ...texts[1], ...texts[2], rejectUnauthorized };
}

async function readPem(group: string, field: "ca" | "cert" | "key", value: string): Promise<string> {
	const isText = value.trimStart().startsWith("-----BEGIN");
	const text = isText ? value : await readFile(group, field, value);
	const kind = field === "key" ? "PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----";
	if (text.includes(kind)) return text;
	const what = field === "key" ? "private key" : "certificate";
	throw new UpstreamError(
		group,
		"refused",
		`${isText ? "" : `"${value}", `}its tls.${field}, holds no ${what} in PEM form`,
	);
}

async function readFile(group: string, field: string, path: string): Promise<string> {
	try {
		return await Bun.file(path).text();
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new UpstreamError(group, "refused", `its tls.${field} cannot be read: ${reason}`, { cause });
	}
}
