import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";

import { parseConfig } from "./load.ts";

const pem = "-----BEGIN PRIVATE KEY-----\nabcdefgh\n-----END PRIVATE KEY-----\n";

function parse(server: object, env: Record<string, string> = {}, settings: object = {}) {
	const text = JSON.stringify({
		settings,
		mcpServers: { api: { url: "https://h", oauth_client_id: "id", ...server } },
	});
	const { groups, tokenStore, secrets } = parseConfig(text, { path: "/etc/mcp/c.json", env, home: "/home/me" });
	const [group] = groups;
	if (group === undefined || group.server.type === "stdio") throw new Error("this is a program");
	return { server: group.server, misconfigured: group.misconfigured, tokenStore, secrets: secrets() };
}

describe("oauth_private_key", () => {
	test.each([
		["key.pem", "/etc/mcp/key.pem"],
		["~/key.pem", "/home/me/key.pem"],
		["${DIR}/key.pem", "/secrets/key.pem"],
	])("%s is the file %s, seen from the folder of the config file", (written, expected) => {
		const { server } = parse({ oauth_private_key: written }, { DIR: "/secrets" });
		expect(server.oauthPrivateKey).toBe(resolve(expected));
	});

	test("may be the text itself, out of a variable, and is not shown then", () => {
		const { server, secrets } = parse({ oauth_private_key: "${KEY}" }, { KEY: ` ${pem}` });
		expect(server.oauthPrivateKey).toBe(pem);
		expect(secrets).toEqual(expect.arrayContaining([pem.trim(), "abcdefgh"]));
	});

	test("is the path of a file otherwise, which is no secret", () => {
		expect(parse({ oauth_private_key: "/etc/key.pem" }).secrets).toEqual([]);
	});
});

describe("oauth_client_secret", () => {
	test("is filled in, and is not shown", () => {
		const { server, secrets } = parse({ oauth_client_secret: "${HUSH}" }, { HUSH: "hush-hush" });
		expect([server.oauthClientSecret, secrets]).toEqual(["hush-hush", ["hush-hush"]]);
	});

	test("is not shown when it stands in the config either", () => {
		expect(parse({ oauth_client_secret: "hush-hush" }).secrets).toEqual(["hush-hush"]);
	});

	test.each(["oauth_client_id", "oauth_client_secret", "oauth_private_key"])(
		"%s makes the group unusable when its variable is empty",
		(field) => {
			const server = { oauth_client_secret: "hush-hush", [field]: "${NONE}" };
			expect(parse(server, { NONE: "" }).misconfigured).toBe(`${field} is empty`);
		},
	);
});

describe("settings.tokenStore", () => {
	test.each([
		[{}, "auto"],
		[{ tokenStore: "keychain" }, "keychain"],
		[{ tokenStore: "file" }, "file"],
	])("%j is %s", (settings, expected) => {
		expect<string>(parse({}, {}, settings).tokenStore).toBe(expected);
	});
});
