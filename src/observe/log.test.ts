import { describe, expect, test } from "bun:test";

import type { Event } from "./events.ts";
import { isLogLevel, type LogLevel, logLevels } from "./log.ts";

/** One of each kind, with the line it is printed as. */
const printed: readonly [Event, LogLevel, string][] = [
	[{ kind: "config", problem: "X is not set" }, "warn", "X is not set"],
	[{ kind: "group-starting", group: "git" }, "debug", 'group "git" is starting'],
	[
		{ kind: "group-ready", group: "git", tookMs: 12.6, server: '{"name":"git"}' },
		"info",
		'group "git" is ready after 13 ms: {"name":"git"}',
	],
	[{ kind: "group-failed", group: "git", problem: 'group "git" failed' }, "warn", 'group "git" failed'],
	[{ kind: "group-closed", group: "git", detail: "code 7" }, "info", 'group "git" is closed: code 7'],
	[{ kind: "group-stderr", group: "git", line: "hello" }, "debug", 'group "git" stderr: hello'],
	[
		{ kind: "group-ignored", group: "git", what: "not JSON", text: "hello" },
		"info",
		'group "git" sent what is ignored (not JSON): hello',
	],
	[
		{ kind: "client-ignored", what: "not JSON", text: "hello" },
		"info",
		"the client sent what is ignored (not JSON): hello",
	],
	[{ kind: "call", group: "git", tool: "log", outcome: "reply" }, "debug", "call of git/log: reply"],
	[{ kind: "stopping", reason: "stdin was closed" }, "info", "stopping: stdin was closed"],
	[{ kind: "internal", error: "a fault" }, "error", "internal error: a fault"],
];

/** Emits the events in a process of its own, where stdout and stderr can be told apart. */
function printAll(level: LogLevel, events: readonly unknown[], secret = "") {
	const code = `
		import { createLog } from ${JSON.stringify(`${import.meta.dir}/log.ts`)};
		const emit = createLog(${JSON.stringify(level)}, (text) => text.replaceAll(${JSON.stringify(secret || "\0")}, "***"));
		for (const event of ${JSON.stringify(events)}) emit(event);`;
	const child = Bun.spawnSync([process.execPath, "-e", code], { env: { ...process.env, NO_COLOR: "1" } });
	return { stdout: child.stdout.toString(), lines: child.stderr.toString().split("\n").slice(0, -1) };
}

describe("at level", () => {
	test.each(logLevels.map((level, rank) => [level, rank] as const))(
		"%s stdout stays empty, and stderr gets one line for each event that counts",
		(level, rank) => {
			const expected = printed.filter(([, own]) => logLevels.indexOf(own) <= rank);
			const { stdout, lines } = printAll(
				level,
				printed.map(([event]) => event),
			);
			expect({ stdout, lines }).toEqual({
				stdout: "",
				lines: expected.map(([, , text]) => expect.stringMatching(new RegExp(`${RegExp.escape(text)}$`))),
			});
		},
	);
});

test("what was sent is quoted up to a limit", () => {
	const { lines } = printAll("info", [{ kind: "client-ignored", what: "odd", text: "x".repeat(1_000) }]);
	expect(lines).toEqual([expect.stringMatching(/\(odd\): x{200}…$/)]);
});

test("secrets are taken out of every text", () => {
	const texts = printAll(
		"debug",
		printed.map(([event]) => JSON.parse(JSON.stringify(event).replaceAll("git", "s3cret"))),
		"s3cret",
	);
	expect(texts.lines.filter((line) => line.includes("s3cret"))).toEqual([]);
});

test("a secret that the limit of a quotation cuts in half is taken out, too", () => {
	const text = `${"x".repeat(195)}s3cret-token`;
	const { lines } = printAll("info", [{ kind: "client-ignored", what: "odd", text }], "s3cret-token");
	expect(lines.filter((line) => line.includes("s3c"))).toEqual([]);
});

test("an error of ours is printed with its stack", () => {
	const code = `
		import { createLog } from ${JSON.stringify(`${import.meta.dir}/log.ts`)};
		createLog("error", (text) => text)({ kind: "internal", error: new TypeError("a fault") });`;
	const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", code]);
	expect([stdout.toString(), stderr.toString()]).toEqual([
		"",
		expect.stringMatching(/internal error: TypeError: a fault\n\s+at /),
	]);
});

test.each<[unknown, boolean]>([
	...logLevels.map((level): [unknown, boolean] => [level, true]),
	["verbose", false],
	["WARN", false],
	["", false],
	[undefined, false],
	[3, false],
])("%p is a log level: %p", (value, expected) => {
	expect(isLogLevel(value)).toBe(expected);
});
