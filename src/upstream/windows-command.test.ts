import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { batchCommand, killTreeCommand } from "./windows-command.ts";

const env = { SYSTEMROOT: "D:\\Win" };
const shim = "C:\\Program Files\\nodejs\\npx.cmd";

function lineOf(args: readonly string[], path = shim): string {
	const made = batchCommand({ path, args, env });
	return made.kind === "command" ? (made.command.at(-1) ?? "") : made.reason;
}

test("cmd.exe is the system's own, and its switches come before the line", () => {
	expect(batchCommand({ path: shim, args: ["-y"], env })).toEqual({
		kind: "command",
		command: ["D:\\Win\\System32\\cmd.exe", "/d", "/e:on", "/v:off", "/s", "/c", `""${shim}" -y"`],
	});
});

test.each([
	["plain", "@modelcontextprotocol/server-memory", "@modelcontextprotocol/server-memory"],
	["a version", "a@1.2.3", "a@1.2.3"],
	["nothing", "", '""'],
	["a blank", "a b", '"a b"'],
	["what separates arguments", "a,b;c=d", '"a,b;c=d"'],
	["an ampersand", "x&calc", '"x&calc"'],
	["a pipe", "x|calc", '"x|calc"'],
	["redirections", "<a>b", '"<a>b"'],
	["a caret", "^", '"^"'],
	["brackets", "(a)", '"(a)"'],
	["an exclamation mark", "!PATH!", '"!PATH!"'],
	["a quote", '"&calc', '"""&calc"'],
	["quotes", '{"a":"b"}', '"{""a"":""b""}"'],
	["a backslash", "C:\\a\\b", "C:\\a\\b"],
	["a backslash at the end", "C:\\a\\", '"C:\\a\\\\"'],
	["backslashes before a quote", 'a\\\\"b', '"a\\\\\\\\""b"'],
	["a backslash and a quote", '\\"&calc', '"\\\\""&calc"'],
	["a variable", "%PATH%", '"%%cd:~,%PATH%%cd:~,%"'],
	["a percent sign", "100%", '"100%%cd:~,%"'],
	["not only ASCII", "é", '"é"'],
])("an argument: %s", (_, arg, written) => {
	expect(lineOf([arg])).toBe(`""${shim}" ${written}"`);
});

test("the path of a batch file may hold what file names may", () => {
	expect(lineOf([], "C:\\50% & more\\a^b.cmd")).toBe('""C:\\50%%cd:~,% & more\\a^b.cmd""');
});

describe("refused is", () => {
	test.each([
		["a line feed", shim, ["a", "b\nc"], "argument 2 has a line break in it, which a batch file cannot be given"],
		["a carriage return", shim, ["b\r"], "argument 1 has a line break in it, which a batch file cannot be given"],
		["a NUL", shim, ["\0"], "argument 1 has a NUL in it, which a batch file cannot be given"],
		["a Ctrl-Z", shim, ["\x1a"], "argument 1 has a Ctrl-Z in it, which a batch file cannot be given"],
		[
			"a path with a line break",
			"C:\\a\n.cmd",
			[],
			"its path has a line break in it, which a batch file cannot be given",
		],
		["a path with a quote", 'C:\\a"&calc&".cmd', [], "its path has a quote in it"],
		["what is longer than cmd.exe reads", shim, ["x".repeat(8150)], tooLong()],
		["what becomes so by its quotes", shim, ['"'.repeat(4080)], tooLong()],
		["very much", shim, ["\\".repeat(1_000_000)], tooLong()],
	])("%s", (_, path, args, reason) => {
		expect(batchCommand({ path, args, env })).toEqual({ kind: "refused", reason });
	});
});

function tooLong(): string {
	return "its arguments are too long for a batch file, which takes 8191 characters";
}

describe("a whole tree is ended with", () => {
	test.each([
		[env, "D:\\Win\\System32\\taskkill.exe"],
		[{}, "C:\\Windows\\System32\\taskkill.exe"],
	])("taskkill, with %j", (env, program) => {
		expect(killTreeCommand(42, env)).toEqual([program, "/pid", "42", "/T", "/F"]);
	});
});

/** The variables of the machine that the model below stands for. */
const variables: Readonly<Record<string, string>> = {
	CD: "C:\\work",
	PATH: 'C:\\bin" & calc & "',
	A: '"&calc&"',
	B: "\n",
	"A B": "|calc",
};

/** How `cmd /c` replaces variables: what is not defined stays, and so does a `%` that belongs to no other. */
function expand(line: string): string {
	let text = "";
	for (let at = 0; at < line.length; at++) {
		const [whole = "", name = "", part] = /^%([^%:]*)(:[^%]*)?%/.exec(line.slice(at)) ?? [];
		const value = variables[name.toUpperCase()];
		if (value === undefined || whole === "") {
			text += line[at];
			continue;
		}
		// Of the operations behind a colon the model knows the one that is used, and takes every other for harmful.
		text += part === undefined ? value : part === ":~," ? "" : "&";
		at += whole.length - 1;
	}
	return text;
}

/** How cmd.exe reads a line, and a batch file's line once its `%*` is filled in. Throws when there is more than one command. */
function readLine(line: string): string {
	let isQuoted = false;
	let text = "";
	for (let at = 0; at < line.length; at++) {
		const character = line[at] ?? "";
		if ("\0\n\r\u001a".includes(character)) throw new Error(`the line ends at ${at}: ${line}`);
		if (character === '"') isQuoted = !isQuoted;
		if (!isQuoted && /[&|<>()]/.test(character)) throw new Error(`a second command at ${at}: ${line}`);
		text += !isQuoted && character === "^" ? (line[++at] ?? "") : character;
	}
	return text;
}

/**
 * How the C runtime makes arguments of a line.
 * https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function splitLine(line: string): string[] {
	const args: string[] = [];
	let current: string | undefined;
	let isQuoted = false;
	for (let at = 0; at < line.length; at++) {
		const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
		const next = line[at + slashes];
		if (slashes > 0) {
			current = `${current ?? ""}${"\\".repeat(next === '"' ? Math.floor(slashes / 2) : slashes)}`;
			if (next === '"' && slashes % 2 === 1) current += '"';
			at += next === '"' && slashes % 2 === 1 ? slashes : slashes - 1;
		} else if (next === '"') {
			current ??= "";
			if (isQuoted && line[at + 1] === '"') {
				current += '"';
				at++;
			} else isQuoted = !isQuoted;
		} else if (!isQuoted && (next === " " || next === "\t")) {
			if (current !== undefined) args.push(current);
			current = undefined;
		} else current = `${current ?? ""}${next}`;
	}
	return current === undefined ? args : [...args, current];
}

/** What arrives at the program behind a batch file of the kind that npm writes: `node.exe program.js %*`. */
function arrive(args: readonly string[]): string[] {
	const line = lineOf(args).slice(1, -1);
	const read = readLine(expand(line));
	expect(read.startsWith(`"${shim}"`)).toBe(true);
	return splitLine(readLine(`"node.exe" "program.js"${read.slice(shim.length + 2)}`)).slice(2);
}

describe("by a model of how cmd.exe and the C runtime read,", () => {
	test("a naive line is found to be harmful", () => {
		const naive = `"${shim}" "\\"&calc&\\""`;
		expect(() => readLine(expand(naive))).toThrow("a second command");
	});

	test("a variable is found to be harmful", () => {
		expect(() => readLine(expand(`"${shim}" "%a%"`))).toThrow("a second command");
	});

	test("property: arguments arrive as they are, and are no commands", () => {
		const piece = fc.constantFrom(
			...Array.from('%%%%""""\\\\\\^&|<>() \t!,;=:~AabB1é'),
			"cd",
			"%PATH%",
			"%A%",
			"%cd:~,%",
			"%*",
			"%1",
			"A B",
		);
		const arg = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
		fc.assert(
			fc.property(fc.array(arg, { maxLength: 5 }), (args) => {
				expect(arrive(args)).toEqual(args);
			}),
			{ numRuns: 2_000 },
		);
	});
});
