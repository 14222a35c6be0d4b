/** Writing a config that somebody else writes, too. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { openTempDir, type TempDir } from "../../../test/helpers/temp-dir.ts";
import { alone } from "../alone.ts";
import { openTarget, writeTarget } from "./target.ts";

const added = [{ name: "server", entry: { command: "x" } }];

function open(home: TempDir) {
	return openTarget(join(home.path, "config.json"), home.path, false);
}

test("an import waits for another one that is at work, and does not write over what that one has written", async () => {
	await using home = openTempDir();
	await using elsewhere = openTempDir();
	const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const other = alone(home.path, () => {
		taken.resolve();
		return done.promise;
	});
	await taken.promise;
	const writing = Promise.allSettled([writeTarget(await open(home), added)]);
	// As long as it takes when nobody else is at work.
	await writeTarget(await open(elsewhere), added);
	const theirs = '{ "mcpServers": { "other": { "command": "y" } } }\n';
	const file = home.write("config.json", theirs);
	done.resolve();
	await other;
	expect(await writing).toMatchObject([
		{ status: "rejected", reason: { message: `${file} has just been changed by another program` } },
	]);
	expect(readFileSync(file, "utf8")).toBe(theirs);
});

test.each([
	["// mine\n", "// mine\n{"],
	["{}", "{"],
	['{\n  // kept\n  "settings": { "prefix": false }\n}\n', '{\n  // kept\n  "settings": { "prefix": false },\n'],
])("a config without servers gets some, and keeps what it has: %j", async (text, start) => {
	await using home = openTempDir();
	const file = home.write("config.json", text);
	await writeTarget(await open(home), added);
	const written = readFileSync(file, "utf8");
	expect(written).toStartWith(start);
	expect(Bun.JSONC.parse(written)).toMatchObject({ mcpServers: { server: { command: "x" } } });
});

test.each([
	['{ "servers": {} }', 'found "servers", as VS Code writes it'],
	['{ "mcpServers": null }', "mcpServers: expected an object, found null"],
	['{ "settings": { "no": 1 } }', "settings.no: unknown field"],
	["[]", 'expected an object with "mcpServers", found'],
])("a config that would not load is refused: %s", async (text, problem) => {
	await using home = openTempDir();
	home.write("config.json", text);
	expect(open(home)).rejects.toThrow(problem);
});
