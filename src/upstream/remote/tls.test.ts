import { describe, expect, test } from "bun:test";

import { openTempDir } from "../../../test/helpers/temp-dir.ts";
import { withPemTexts } from "./tls.ts";

const pem = (what: string) => `-----BEGIN ${what}-----\nMIIB\n-----END ${what}-----\n`;
const certificate = pem("CERTIFICATE");
const key = pem("PRIVATE KEY");

const read = (server: Parameters<typeof withPemTexts>[1]) => withPemTexts("git", server);
const failureOf = (tls: object) => read({ tls: { rejectUnauthorized: true, ...tls } }).catch((error: unknown) => error);

test("files are read, each for its field", async () => {
	await using directory = openTempDir();
	const paths = {
		ca: directory.write("ca.pem", `${certificate}${certificate}`),
		cert: directory.write("cert.pem", certificate),
		key: directory.write("key.pem", pem("EC PRIVATE KEY")),
	};
	const oauthPrivateKey = directory.write("oauth.pem", key);
	expect(await read({ tls: { ...paths, rejectUnauthorized: true }, oauthPrivateKey })).toEqual({
		tls: {
			ca: `${certificate}${certificate}`,
			cert: certificate,
			key: pem("EC PRIVATE KEY"),
			rejectUnauthorized: true,
		},
		oauthPrivateKey: key,
	});
});

test("PEM text is taken as it is", async () => {
	const ca = `\n${certificate}`;
	const server = { tls: { ca, rejectUnauthorized: true }, oauthPrivateKey: key };
	expect(await read(server)).toEqual(server);
});

test("what is not set is left out", async () => {
	expect(await read({ tls: { rejectUnauthorized: false } })).toEqual({ tls: { rejectUnauthorized: false } });
	expect(await read({})).toEqual({});
});

describe("it is refused, naming field and file, when", () => {
	test("there is no such file", async () => {
		await using directory = openTempDir();
		const path = `${directory.path}/none.pem`;
		expect(await failureOf({ ca: path })).toMatchObject({
			group: "git",
			phase: "refused",
			detail: expect.stringMatching(/^its tls\.ca cannot be read: .*none\.pem/),
		});
	});

	test.each([
		["cert", key, "certificate"],
		["key", certificate, "private key"],
	])("%s is something else", async (field, content, what) => {
		await using directory = openTempDir();
		const path = directory.write("file.pem", content);
		expect(await failureOf({ [field]: path })).toMatchObject({
			group: "git",
			phase: "refused",
			detail: `"${path}", its tls.${field}, holds no ${what} in PEM form`,
		});
	});

	test("the text is something else, which is not quoted, as it may be secret", async () => {
		expect(await failureOf({ ca: key })).toMatchObject({
			phase: "refused",
			detail: "its tls.ca, holds no certificate in PEM form",
		});
	});
});
