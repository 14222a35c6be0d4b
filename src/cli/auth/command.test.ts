/** `dynamic-mcp auth` as a person meets it: at a terminal, behind pipes, with the browser here or elsewhere. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";

import { cleanEnvironment } from "../../../test/helpers/binary.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { openTempDir } from "../../../test/helpers/temp-dir.ts";
import { callbackOf, resource, visit } from "../../../test/helpers/waiting-sign-ins.ts";

const fixture = `${import.meta.dir}/../../../test/fixtures/auth-command.ts`;

interface RunOptions {
	readonly env?: Record<string, string>;
	/** A terminal with a person, or pipes. */
	readonly at: "terminal" | "pipes";
}

/** The command in a home of its own, whose config has the group "docs". */
function start(args: readonly string[], { env = {}, at }: RunOptions) {
	const home = openTempDir();
	const servers = { docs: { url: resource }, files: { command: "files" } };
	const config = home.write("config.json", JSON.stringify({ mcpServers: servers }));
	const printed = { out: "", err: "" };
	const command = [process.execPath, fixture, ...args, "--config", config];
	const options = { env: cleanEnvironment(home.path, { TERM: "xterm", ...env }) };
	const decoder = new TextDecoder();
	/** What a terminal shows is both in one, with its line ends. */
	const data = (_terminal: unknown, bytes: Uint8Array) => {
		printed.out += decoder.decode(bytes, { stream: true }).replaceAll("\r", "");
	};
	const atTerminal = at === "terminal" ? Bun.spawn(command, { ...options, terminal: { cols: 200, data } }) : undefined;
	const piped = atTerminal ?? Bun.spawn(command, { ...options, stdin: "pipe", stdout: "pipe", stderr: "pipe" });
	const read = async (stream: unknown, into: "out" | "err") => {
		if (stream instanceof ReadableStream) for await (const chunk of stream) printed[into] += decoder.decode(chunk);
	};
	const ended = Promise.all([piped.exited, read(piped.stdout, "out"), read(piped.stderr, "err")]);

	return {
		printed,
		home: home.path,
		/** Once the address is shown, with what is to be done about it. */
		async address(): Promise<string> {
			const shown = () => /^https:\/\/login\.example\S+$/m.exec(printed.out)?.[0];
			await eventually(
				() => printed.out + printed.err,
				(text) => text.includes("paste the address") && shown() !== undefined,
			);
			return shown() ?? "";
		},
		type(text: string): void {
			if (atTerminal?.terminal !== undefined) atTerminal.terminal.write(text);
			else if (typeof piped.stdin === "object") void piped.stdin?.write(text);
		},
		async endInput(): Promise<void> {
			if (typeof piped.stdin === "object") await piped.stdin?.end();
		},
		kill: (signal: NodeJS.Signals) => piped.kill(signal),
		async exit(): Promise<number> {
			const [code] = await ended;
			return code;
		},
		async [Symbol.asyncDispose]() {
			piped.kill("SIGKILL");
			await ended;
			atTerminal?.terminal?.close();
			await home[Symbol.asyncDispose]();
		},
	};
}

describe.each(["terminal", "pipes"] as const)("at %s", (at) => {
	test("the address is shown, and the command ends when the person has signed in", async () => {
		await using run = start(["docs"], { at });
		expect(await visit(callbackOf(await run.address(), { code: "good" }))).toBe(200);
		expect(await run.exit()).toBe(0);
		expect(run.printed.out).toContain("To sign in to docs, open this address:\n\nhttps://login.example/authorize?");
		expect(run.printed.out).toEndWith(`Signed in to docs (${resource}).\n`);
		expect(readdirSync(`${run.home}/sign-ins`)).toEqual([]);
	});

	test("where the browser is elsewhere, the address that it was sent to is pasted", async () => {
		await using run = start(["docs"], { at });
		const address = await run.address();
		run.type("nonsense\n");
		const both = () => run.printed.out + run.printed.err;
		await eventually(both, (text) => text.includes("the address lacks state and code. Paste all of it"));
		run.type(`${callbackOf(address, { code: "good" })}\n`);
		expect(await run.exit()).toBe(0);
		expect(run.printed.out).toContain("Signed in to docs");
	});

	test("a denial is an error with its reason", async () => {
		await using run = start(["docs"], { at });
		expect(await visit(callbackOf(await run.address(), { error: "access_denied" }))).toBe(403);
		expect(await run.exit()).toBe(1);
		expect(run.printed.out + run.printed.err).toContain("dynamic-mcp: not signed in to docs: the sign-in was denied\n");
	});
});

test("an address longer than a terminal's line is taken whole", async () => {
	await using run = start(["docs"], { at: "terminal" });
	const address = callbackOf(await run.address(), { code: "good", session: "x".repeat(6000) });
	run.type(`${address}\r`);
	expect(await run.exit()).toBe(0);
});

test("Ctrl-C ends it, and leaves nothing behind", async () => {
	await using run = start(["docs"], { at: "terminal" });
	const address = await run.address();
	run.type("\u0003");
	expect(await run.exit()).toBe(1);
	expect(run.printed.out).toContain("interrupted; nobody was signed in");
	expect(readdirSync(`${run.home}/sign-ins`)).toEqual([]);
	expect(await visit(callbackOf(address, { code: "good" })).catch(() => "refused")).toBe("refused");
});

test("a signal ends it as well", async () => {
	await using run = start(["docs"], { at: "pipes" });
	await run.address();
	run.kill("SIGTERM");
	expect(await run.exit()).toBe(1);
	expect(readdirSync(`${run.home}/sign-ins`)).toEqual([]);
});

test("without anybody who could paste it waits for the browser", async () => {
	await using run = start(["docs"], { at: "pipes" });
	await run.endInput();
	expect(await visit(callbackOf(await run.address(), { code: "good" }))).toBe(200);
	expect(await run.exit()).toBe(0);
});

describe("the browser", () => {
	const browser = (home: string) => `/bin/sh -c 'echo "$0" > ${home}' %s`;

	test("is opened with the address", async () => {
		await using folder = openTempDir();
		const file = `${folder.path}/opened`;
		await using run = start(["docs"], { at: "pipes", env: { BROWSER: browser(file) } });
		const address = await run.address();
		expect((await Bun.file(file).text()).trim()).toBe(address);
		expect(run.printed.err).toStartWith("A browser shows it.\nIf the browser is on another machine");
	});

	test.each([
		["with --no-browser", ["docs", "--no-browser"], {}, "--no-browser says so"],
		["with DYNAMIC_MCP_NO_BROWSER", ["docs"], { DYNAMIC_MCP_NO_BROWSER: "1" }, "DYNAMIC_MCP_NO_BROWSER is set"],
	])("is not opened %s", async (_when, args, env, why) => {
		await using folder = openTempDir();
		const file = `${folder.path}/opened`;
		await using run = start(args, { at: "pipes", env: { BROWSER: browser(file), ...env } });
		await run.address();
		expect(run.printed.err.split("\n").filter((line) => line.length > 80)).toEqual([]);
		expect(run.printed.err).toStartWith(`No browser was opened: ${why}.\nIf`);
		expect(await Bun.file(file).exists()).toBe(false);
	});
});

describe("what is no use is refused:", () => {
	test.each([
		[["dosc"], /there is no group "dosc" in .*config\.json\nDid you mean "docs"\?/],
		[["files"], /"files" needs no sign-in: it is a program on this machine/],
		[[], /auth needs the name of a group\n/],
		[["logout"], /auth logout needs the name of a group\n/],
		[["docs", "again"], /unexpected argument "again"/],
		[["list", "docs"], /unexpected argument "docs"/],
	])("auth %p", async (args, message) => {
		await using run = start(args, { at: "pipes" });
		expect(await run.exit()).toBe(1);
		expect(run.printed.err).toMatch(message);
		expect(run.printed.out).toBe("");
	});
});

test("list and logout say what there is when nobody has signed in", async () => {
	await using list = start(["list"], { at: "pipes" });
	await using logout = start(["logout", "docs"], { at: "pipes" });
	await using login = start(["login", "dosc"], { at: "pipes" });
	expect(await Promise.all([list.exit(), logout.exit(), login.exit()])).toEqual([0, 0, 1]);
	expect(list.printed.out).toMatch(/^GROUP +SERVER +STATE .*\ndocs +https:\/\/docs\.example\/mcp +not signed in /);
	expect(logout.printed.out).toBe("Nobody was signed in to docs.\n");
	expect(login.printed.err).toContain('there is no group "dosc"');
});
