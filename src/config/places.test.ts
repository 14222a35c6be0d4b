import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { placesOf } from "./places.ts";

const top = mkdtempSync(join(realpathSync(tmpdir()), "dynamic-mcp-places-"));
afterAll(() => rmSync(top, { recursive: true }));

mkdirSync(join(top, "real", "inner"), { recursive: true });
writeFileSync(join(top, "real", "c.json"), "");
writeFileSync(join(top, "real", "inner", "c.json"), "");
const links = {
	"file.json": "real/c.json",
	absolute: join(top, "real"),
	relative: "./real",
	"two.json": "file.json",
	"up.json": "relative/inner/../c.json",
	// Leads into real/inner, so `..` is real and not the folder of the link.
	inner: "real/inner",
	"through.json": "inner/../c.json",
	"circle.json": "circle.json",
	broken: "nowhere/at/all",
};
for (const [name, target] of Object.entries(links)) symlinkSync(target, join(top, name));

/** Folders seen from `top`. */
function places(path: string): Record<string, string[]> {
	const found = Array.from(placesOf(join(top, path)), ([folder, names]) => [relative(top, folder), [...names].sort()]);
	return Object.fromEntries(found) as Record<string, string[]>;
}

test.each([
	["real/c.json", { real: ["c.json"] }],
	["file.json", { "": ["file.json"], real: ["c.json"] }],
	["absolute/c.json", { "": ["absolute"], real: ["c.json"] }],
	["relative/c.json", { "": ["relative"], real: ["c.json"] }],
	["two.json", { "": ["file.json", "two.json"], real: ["c.json"] }],
	["up.json", { "": ["relative", "up.json"], real: ["c.json"] }],
	["through.json", { "": ["inner", "through.json"], real: ["c.json"] }],
	["circle.json", { "": ["circle.json"] }],
	["real/missing.json", { real: ["missing.json"] }],
	["missing/c.json", { "": ["missing"] }],
	["broken/c.json", { "": ["broken", "nowhere"] }],
])("%s: %j", (path, expected) => {
	expect(places(path)).toEqual(expected);
});
