import { expect, test } from "bun:test";
import { statSync } from "node:fs";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { readReceipt, receiptPath, writeReceipt } from "./receipt.ts";

const receipt = {
	method: "install.sh",
	version: "2.0.0",
	target: "linux-x86_64",
	path: "/home/ann/.local/bin/dynamic-mcp",
	baseUrl: "https://host/releases",
};

test("a receipt is read as it was written, by its owner alone", async () => {
	await using home = openTempDir();
	const path = receiptPath(home.path);
	await writeReceipt(path, receipt);
	expect(path).toBe(`${home.path}/.dynamic-mcp/install.json`);
	expect(await readReceipt(path)).toEqual(receipt);
	expect(await Bun.file(path).text()).toMatch(/^\{.*\}\n$/);
	expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
});

test("there is no receipt when no installer was at work", async () => {
	await using home = openTempDir();
	expect(await readReceipt(receiptPath(home.path))).toBeUndefined();
});

test("a receipt needs no address", async () => {
	await using home = openTempDir();
	const { baseUrl: _, ...rest } = receipt;
	expect(await readReceipt(home.write("r", JSON.stringify(rest)))).toEqual({ ...rest, baseUrl: undefined });
});

test.each([
	["no JSON", "{", "it is not JSON"],
	["no object", "[]", "it is not a JSON object"],
	["no path", JSON.stringify({ ...receipt, path: undefined }), '"path" is missing'],
	["a number for a version", JSON.stringify({ ...receipt, version: 2 }), '"version" is no text'],
	["a number for an address", JSON.stringify({ ...receipt, baseUrl: 2 }), '"baseUrl" is no text'],
])("a receipt with %s is refused, saying why", async (_, text, reason) => {
	await using home = openTempDir();
	const path = home.write("install.json", text);
	const failure = await readReceipt(path).catch((error: unknown) => error);
	expect(failure).toMatchObject({
		name: "UserError",
		message: `cannot read the installer's receipt ${path}: ${reason}`,
		hint: "Run the installer again, which writes it anew.",
	});
});
