/** Certificates made for one test file, by the `openssl` of this machine. */
import { openTempDir } from "./temp-dir.ts";

export interface Certificate {
	/** Paths of PEM files, */
	readonly cert: string;
	readonly key: string;
	/** and the same as texts. */
	readonly certText: string;
	readonly keyText: string;
}

export interface Certificates extends AsyncDisposable {
	/** An authority that nobody knows. */
	readonly authority: Certificate;
	/** For localhost, by the authority. */
	readonly server: Certificate;
	/** The same, which is not good any more. */
	readonly expired: Certificate;
	/** For another host, by the authority. */
	readonly stranger: Certificate;
	/** For somebody who is called `client`, by the authority. */
	readonly client: Certificate;
	/** For localhost, by itself. */
	readonly selfSigned: Certificate;
}

const localhost = "subjectAltName=DNS:localhost";

export async function makeCertificates(): Promise<Certificates> {
	const directory = openTempDir();
	const dispose = () => directory[Symbol.asyncDispose]();

	async function openssl(...args: string[]): Promise<void> {
		const child = Bun.spawn(["openssl", ...args], { cwd: directory.path, stdout: "ignore", stderr: "pipe" });
		const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
		if (code !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
	}

	/** `sign` says by whom and for how long. */
	async function make(name: string, subject: string, extensions: string, sign?: string[]): Promise<Certificate> {
		const path = `${directory.path}/${name}`;
		const [cert, key, request] = [`${path}.pem`, `${path}.key`, `${path}.csr`];
		const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
		await openssl("req", ...curve, "-out", request, "-subj", `/CN=${subject}`, "-addext", extensions);
		const by = sign ?? ["-signkey", key, "-days", "2"];
		await openssl("x509", "-req", "-in", request, "-out", cert, "-copy_extensions", "copy", ...by);
		return { cert, key, certText: await Bun.file(cert).text(), keyText: await Bun.file(key).text() };
	}

	try {
		const authority = await make("authority", "Test Authority", "basicConstraints=critical,CA:TRUE");
		const by = ["-CA", authority.cert, "-CAkey", authority.key, "-days"];
		const [server, expired, stranger, client, selfSigned] = await Promise.all([
			make("server", "localhost", localhost, [...by, "2", "-set_serial", "2"]),
			make("expired", "localhost", localhost, [...by, "-1", "-set_serial", "3"]),
			make("stranger", "other.example", "subjectAltName=DNS:other.example", [...by, "2", "-set_serial", "4"]),
			make("client", "client", "extendedKeyUsage=clientAuth", [...by, "2", "-set_serial", "5"]),
			make("self-signed", "localhost", localhost),
		]);
		return { authority, server, expired, stranger, client, selfSigned, [Symbol.asyncDispose]: dispose };
	} catch (error) {
		await dispose();
		throw error;
	}
}
