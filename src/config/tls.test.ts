import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";

import { parseConfig } from "./load.ts";
import { isPem } from "./tls.ts";

const pem = "-----BEGIN CERTIFICATE-----\nabc=\n-----END CERTIFICATE-----\n";

function parse(server: object, env: Record<string, string> = {}) {
	const text = JSON.stringify({ mcpServers: { "my api": { url: "https://h", ...server } } });
	const { groups, warnings } = parseConfig(text, { path: "/etc/mcp/c.json", env, home: "/home/me" });
	const [group] = groups;
	if (group?.server.type === "stdio" || group?.written.type === "stdio") throw new Error("this is a program");
	return { server: group?.server, tls: group?.server.tls, written: group?.written.tls, warnings };
}

describe("tls", () => {
	test("is absent when there is none", () => {
		expect(parse({}).server).not.toHaveProperty("tls");
	});

	test("has what is written, and checks certificates unless told otherwise", () => {
		expect([parse({ tls: {} }).tls, parse({ tls: { rejectUnauthorized: false } }).tls]).toEqual([
			{ rejectUnauthorized: true },
			{ rejectUnauthorized: false },
		]);
	});

	test.each([
		["ca.pem", "/etc/mcp/ca.pem"],
		["../ca.pem", "/etc/ca.pem"],
		["~/ca.pem", "/home/me/ca.pem"],
		["/run/ca.pem", "/run/ca.pem"],
		["${DIR}/ca.pem", "/secrets/ca.pem"],
	])("%s is the file %s, seen from the folder of the config file", (written, expected) => {
		const tls = { ca: written, cert: written, key: written };
		const path = resolve(expected);
		expect(parse({ tls }, { DIR: "/secrets" }).tls).toEqual({
			ca: path,
			cert: path,
			key: path,
			rejectUnauthorized: true,
		});
	});

	test("PEM text is no path, whether it is written or comes from a variable", () => {
		const tls = { ca: pem, cert: "${CERT}", key: ` \n${pem}` };
		expect(parse({ tls }, { CERT: pem }).tls).toEqual({ ca: pem, cert: pem, key: pem, rejectUnauthorized: true });
	});

	test("is kept as it is written, too", () => {
		const tls = { ca: "${DIR}/ca.pem", cert: "~/a", key: "b" };
		expect(parse({ tls }, { DIR: "/secrets" }).written).toEqual({ ...tls, rejectUnauthorized: true });
	});
});

test.each([
	[pem, true],
	[` \r\n${pem}`, true],
	["-----BEGIN", true],
	["ca.pem", false],
	["BEGIN", false],
	["", false],
])("%j is PEM text: %j", (text, expected) => {
	expect(isPem(text)).toBe(expected);
});

describe("a warning", () => {
	const unchecked =
		'mcpServers["my api"].tls.rejectUnauthorized: the server\'s certificate is not checked: anybody on the way can read and change what is sent';
	const useless = 'mcpServers["my api"].tls: has no effect, because url is an http:// address';

	test.each([
		["certificates that are not checked", { tls: { rejectUnauthorized: false } }, [unchecked]],
		["an http:// address", { url: "http://h", tls: { ca: "a" } }, [useless]],
		["an http:// address out of a variable", { url: "${PLAIN}", tls: {} }, [useless]],
		["both, of which one has no effect", { url: "http://h", tls: { rejectUnauthorized: false } }, [useless]],
	])("is given for %s", (_, server, expected) => {
		expect(parse(server, { PLAIN: "http://h" }).warnings).toEqual(expected);
	});

	test.each([
		["what is usual", { tls: { ca: "a", cert: "b", key: "c", rejectUnauthorized: true } }],
		["an http:// address without tls", { url: "http://h" }],
		["a server that is off", { enabled: false, tls: { rejectUnauthorized: false } }],
		["another one that is off", { disabled: true, url: "http://h", tls: {} }],
	])("is not given for %s", (_, server) => {
		expect(parse(server).warnings).toEqual([]);
	});
});

describe("headers that everybody on the way can read are warned of", () => {
	const headers = { Authorization: "Bearer t0ken" };

	test.each(["http://api.example.com/mcp", "http://10.0.0.7:8080/mcp", "http://localhost.example.com"])(
		"at %s",
		(url) => {
			const { hostname } = new URL(url);
			expect(parse({ url, headers }).warnings).toEqual([
				`mcpServers["my api"].headers: are sent to ${hostname} unencrypted; use https:// if it is there`,
			]);
		},
	);

	test.each([
		"http://localhost:8080",
		"http://127.0.0.1/mcp",
		"http://127.8.8.8",
		"http://[::1]:80",
		"http://a.localhost",
	])("not at %s, which does not leave the machine", (url) => {
		expect(parse({ url, headers }).warnings).toEqual([]);
	});

	test("not over https, and not where there are none", () => {
		expect(parse({ url: "https://api.example.com", headers }).warnings).toEqual([]);
		expect(parse({ url: "http://api.example.com" }).warnings).toEqual([]);
		expect(parse({ url: "http://api.example.com", headers: {} }).warnings).toEqual([]);
	});
});
