/** What `--help` says, of each command. */
import { describe, expect, test } from "bun:test";

import { examples } from "../../src/cli/examples.ts";
import { commandHelp } from "../../src/cli/help.ts";
import { describeSurface } from "../../src/cli/output/surface.ts";
import { runCli } from "../helpers/run-cli.ts";

const { stdout: all } = await runCli(["--help"]);
const [, list = ""] = /^COMMANDS\n((?:.+\n)+)/m.exec(all) ?? [];
const names = Array.from(list.matchAll(/^ {2}([a-z-]+) {2}/gm), ([, name = ""]) => name);

test("help names the commands, and fits 80 columns", () => {
	expect(names).toEqual(expect.arrayContaining(["serve", "auth", "tools", "call", "completions", "upgrade"]));
	expect(all.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

test("there are no examples of what is no command", () => {
	expect([...examples.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(names)("help of %s", (name) => {
	test.concurrent(
		"fits 80 columns, but for lines to be copied, and has an example with options that there are",
		async () => {
			const { code, stdout, stderr } = await runCli([name, "--help"]);
			expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
			const own = examples.get(name) ?? [];
			expect(own.length).toBeGreaterThan(0);
			const lines = stdout.split("\n").filter((line) => !own.some((example) => line === `  ${example.line}`));
			expect(lines.filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
			for (const { line } of own) {
				expect(line).toMatch(name === "serve" ? /dynamic-mcp/ : new RegExp(`dynamic-mcp ${name}\\b`));
				const options = Array.from(line.matchAll(/(?<= )--?[a-z][a-z-]*/g), ([option]) => option);
				expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
			}
		},
	);
});

test("help says what has to be typed and what may be", () => {
	const args = {
		group: { type: "positional", required: true, description: "The group" },
		place: { type: "positional", required: false, valueHint: "here|there" },
		more: { type: "positional", required: false, valueHint: "key=value" },
		output: { type: "string", alias: "o", valueHint: "file", description: "Where to" },
		json: { type: "boolean", description: "As JSON" },
	} as const;
	const help = commandHelp({ meta: { name: "x", description: "Does it" }, args }, describeSurface(false, 80, {}));
	expect(help.split("\n")).toEqual([
		"Does it.",
		"",
		"USAGE dynamic-mcp x [options] <group> [here|there] [key=value …]",
		"",
		"ARGUMENTS",
		"  group       The group",
		"  here|there",
		"  key=value",
		"",
		"OPTIONS",
		"  -o, --output <file>  Where to",
		"  --json               As JSON",
		"  -h, --help           Show this",
	]);
});
