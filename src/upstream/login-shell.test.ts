import { describe, expect, test } from "bun:test";

import { isAlive, waitUntilGone } from "../../test/helpers/processes.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { createLoginPath, isShortPath, readLoginPath, type RunShell } from "./login-shell.ts";

const launchd = "/usr/bin:/bin:/usr/sbin:/sbin";

/** A shell that runs `before`, then what it is given with its PATH lengthened, then `after`. */
async function askShell(before: string, more: { after?: string; timeoutMs?: number; path?: string } = {}) {
	await using directory = openTempDir();
	const { after = "", timeoutMs = 2_000, path = "/login/bin" } = more;
	const script = `#!/bin/sh\n${before}\nPATH="$PATH:${path}"\neval "$2"\n${after}\n`;
	const env = { PATH: launchd, SHELL: directory.write("shell", script, 0o755), DIRECTORY: directory.path };
	const started = performance.now();
	const answer = await readLoginPath({ env, platform: "linux", timeoutMs });
	const pids = await Bun.file(`${directory.path}/pid`)
		.text()
		.catch(() => "");
	return { answer, tookMs: performance.now() - started, pids: pids.trim().split("\n").filter(Boolean).map(Number) };
}

const savePid = '>>"$DIRECTORY/pid"';

describe("a login shell's PATH is read", () => {
	test.each([
		["when it says nothing else", "", ""],
		["between noise", "echo Welcome back!", "echo Bye!"],
		["between noise without line ends", "printf 'a%s' '\\033]0;title\\007'", "printf b"],
		["when it repeats what it is given", 'echo "$2"; set -v', 'echo "$2"'],
		["when much is said", "yes noise | head -c 500000", ""],
		["when it complains", "echo oops >&2", "echo oops >&2"],
		["when it fails afterwards", "", "exit 1"],
		["when it asks for something", "read answer; echo $answer", ""],
	])("%s", async (_, before, after) => {
		expect((await askShell(before, { after })).answer).toBe(`${launchd}:/login/bin`);
	});

	test("without relative and empty entries", async () => {
		expect((await askShell("", { path: ":.:bin:/b:" })).answer).toBe(`${launchd}:/b`);
	});

	test("while it leaves something running in the background, which is stopped", async () => {
		const { answer, tookMs, pids } = await askShell(`sleep 300 & echo $! ${savePid}`);
		await waitUntilGone(pids);
		expect([answer, tookMs < 1_500, pids.map(isAlive)]).toEqual([`${launchd}:/login/bin`, true, [false]]);
	});

	test("when it does not end afterwards, which is stopped", async () => {
		const { answer, tookMs, pids } = await askShell("", { after: `echo $$ ${savePid}; sleep 300` });
		await waitUntilGone(pids);
		expect([answer, tookMs < 1_500, pids.map(isAlive)]).toEqual([`${launchd}:/login/bin`, true, [false]]);
	});

	test("of a real one, after its startup file has run", async () => {
		await using home = openTempDir();
		home.write(".bash_profile", 'echo hi; export PATH="$PATH:$HOME/bin"');
		const env = { PATH: launchd, HOME: home.path, SHELL: Bun.which("bash") ?? "/bin/bash" };
		const path = await readLoginPath({ env, platform: "linux" });
		expect(path?.split(":").at(-1)).toBe(`${home.path}/bin`);
	});
});

describe("there is no answer", () => {
	test.each([
		["when it fails", "exit 1"],
		["when it ends well without a word", "exit 0"],
		["when it only talks", "echo /usr/bin; exit 0"],
	])("%s", async (_, before) => {
		expect((await askShell(before)).answer).toBeUndefined();
	});

	test("when it hangs, and nothing of it is left", async () => {
		const { answer, tookMs, pids } = await askShell(`sleep 300 & echo $! ${savePid}; echo $$ ${savePid}; wait`, {
			timeoutMs: 400,
		});
		await waitUntilGone(pids);
		expect([answer, tookMs < 1_000, pids.map(isAlive)]).toEqual([undefined, true, [false, false]]);
	});

	test("when we end meanwhile, and it ends with us", async () => {
		await using directory = openTempDir();
		const SHELL = directory.write("shell", "#!/bin/sh\nsleep 300 &\nwait", 0o755);
		const ending = new AbortController();
		const started = performance.now();
		const answer = readLoginPath({ env: { PATH: launchd, SHELL }, platform: "linux", signal: ending.signal });
		ending.abort();
		expect([await answer, performance.now() - started < 1_000]).toEqual([undefined, true]);
	});

	test("when it does not stop talking", async () => {
		const { answer, tookMs } = await askShell("yes", { timeoutMs: 2_000 });
		expect([answer, tookMs < 2_000]).toEqual([undefined, true]);
	});

	test("when it is not there", async () => {
		const env = { PATH: launchd, SHELL: "/no/such/shell" };
		expect(await readLoginPath({ env, platform: "linux" })).toBeUndefined();
	});

	test("on Windows, where nothing is run", async () => {
		const run = () => Promise.reject(new Error("was run"));
		expect(await readLoginPath({ env: { SHELL: "/bin/sh" }, platform: "win32", run })).toBeUndefined();
	});
});

/** Records what is run, and answers with the PATH `/a`. */
function recorder(answer = "/a") {
	const commands: (readonly string[])[] = [];
	const run: RunShell = async (command) => {
		commands.push(command);
		const [, start1, start2, end1, end2] = /'(\S+)' '(\S+)' "\$PATH" '(\S+)' '(\S+)'/.exec(command[2] ?? "") ?? [];
		return `noise${start1}${start2}${answer}${end1}${end2}noise`;
	};
	return { run, commands };
}

test.each([
	["linux", "/bin/zsh", "/bin/zsh", "-ilc"],
	["darwin", "/opt/homebrew/bin/fish", "/opt/homebrew/bin/fish", "-ilc"],
	["linux", "/bin/tcsh", "/bin/tcsh", "-ic"],
	["linux", undefined, "/bin/bash", "-ilc"],
	["darwin", undefined, "/bin/zsh", "-ilc"],
	["darwin", "", "/bin/zsh", "-ilc"],
] as const)("on %s with SHELL %p it is %s %s", async (platform, SHELL, shell, flags) => {
	const { run, commands } = recorder();
	await readLoginPath({ env: { SHELL }, platform, run });
	expect(commands.map((command) => command.slice(0, 2))).toEqual([[shell, flags]]);
});

describe("asked for again and again", () => {
	test("it is read once, also by those who ask meanwhile", async () => {
		const { run, commands } = recorder();
		const loginPath = createLoginPath({ env: { PATH: launchd }, platform: "darwin", run });
		const answers = [...(await Promise.all([loginPath(), loginPath()])), await loginPath()];
		expect([answers, commands.length]).toEqual([["/a", "/a", "/a"], 1]);
	});

	test("a failure is remembered", async () => {
		let runs = 0;
		const run = () => Promise.reject(new Error(`run ${++runs}`));
		const loginPath = createLoginPath({ env: { PATH: launchd }, platform: "darwin", run });
		expect([await loginPath(), await loginPath(), runs]).toEqual([undefined, undefined, 1]);
	});

	test("a PATH that is not short is not asked for", async () => {
		const { run, commands } = recorder();
		const env = { PATH: `/opt/homebrew/bin:${launchd}` };
		expect([await createLoginPath({ env, platform: "darwin", run })(), commands]).toEqual([undefined, []]);
	});
});

describe("a PATH is short", () => {
	test.each([
		[launchd, "/Users/me", true],
		[undefined, "/Users/me", true],
		["", "/Users/me", true],
		["/usr/bin:/snap/bin", "/home/me", true],
		[`/usr/local/bin:${launchd}`, "/Users/me", false],
		[`/opt/homebrew/bin:${launchd}`, "/Users/me", false],
		[`${launchd}:/home/me/.local/bin`, "/home/me", false],
		[`${launchd}:/home/me`, "/home/me", false],
		[`${launchd}:/home/meg/bin`, "/home/me", true],
		[`${launchd}:/home/me/bin`, undefined, true],
		[launchd, "/", true],
	])("%p with HOME %p: %p", (path, home, isShort) => {
		expect(isShortPath(path, home)).toBe(isShort);
	});
});
