import { describe, expect, test } from "bun:test";

import { zipSync } from "fflate";

import { unpack } from "./unpack.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const files = { LICENSE: "MIT", "dynamic-mcp": "program", "dynamic-mcp.exe": "program.exe", "a/dynamic-mcp": "other" };
const tarGz = () => new Bun.Archive(files, { compress: "gzip" }).bytes();
const zip = () => zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)])));

const textOf = (promise: Promise<Uint8Array>) =>
	promise.then(
		(found) => new TextDecoder().decode(found),
		(error: Error) => error.message,
	);

describe("the program comes out of", () => {
	test("a .tar.gz", async () => {
		expect(await textOf(unpack(await tarGz(), "dynamic-mcp", "https://host/a.tar.gz"))).toBe("program");
	});

	test("a .zip", async () => {
		expect(await textOf(unpack(zip(), "dynamic-mcp.exe", "https://host/a.zip"))).toBe("program.exe");
	});
});

test.each([
	["a .tar.gz", "https://host/a.tar.gz", tarGz],
	["a .zip", "https://host/a.zip", async () => zip()],
])("%s without the program is refused", async (_, url, pack) => {
	expect(await textOf(unpack(await pack(), "missing", url))).toBe(`${url} holds no program "missing"`);
});

test.each([
	["a .tar.gz that is cut", "https://host/a.tar.gz", async () => (await tarGz()).slice(0, 60)],
	["a .zip that is cut", "https://host/a.zip", async () => zip().slice(0, 60)],
	["what is no .tar.gz", "https://host/a.tar.gz", async () => bytes("<html>")],
	["what is no .zip", "https://host/a.zip", async () => bytes("<html>")],
])("%s is refused", async (_, url, pack) => {
	expect(await textOf(unpack(await pack(), "dynamic-mcp", url))).toStartWith(`cannot unpack ${url}: `);
});

test("a program of no bytes is none", async () => {
	const empty = await new Bun.Archive({ "dynamic-mcp": "" }, { compress: "gzip" }).bytes();
	expect(await textOf(unpack(empty, "dynamic-mcp", "u"))).toBe('u holds no program "dynamic-mcp"');
});
