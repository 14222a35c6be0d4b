/** The launcher of the npm package, as Node.js runs it. */
import { describe, expect } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { mainFiles, platformPackage } from "../../scripts/packages/npm.ts";
import { nativeTarget, type Target, targets } from "../../scripts/release/targets.ts";
import { cleanEnvironment } from "../helpers/binary.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { testWith } from "../helpers/tools.ts";
import { fakeProgram } from "./fake-program.ts";
import { madeRelease } from "./made-release.ts";
import { run } from "./run.ts";

const test = testWith("node");

/** The packages as they lie in `node_modules`, with the program for these targets; the command that runs the launcher. */
function install(directory: TempDir, programs: ReadonlyMap<Target, string>): string[] {
	const folder = "node_modules";
	for (const { path, content, mode } of mainFiles(madeRelease(), { readme: "", license: "" })) {
		directory.write(join(folder, "dynamic-mcp", path), content, mode);
	}
	for (const [target, program] of programs) {
		directory.write(join(folder, platformPackage(target), "dynamic-mcp"), program, 0o755);
	}
	return ["node", join(directory.path, folder, "dynamic-mcp/launcher.cjs")];
}

const native = nativeTarget();

async function launch(
	args: readonly string[],
	{ input, program = fakeProgram }: { input?: string; program?: string } = {},
) {
	await using directory = openTempDir();
	const command = install(directory, new Map([[native, program]]));
	return await run([...command, ...args], optionsFor(directory, input));
}

/** Sends the launcher a signal once the program is ready; what the program says then, and how the launcher ends. */
async function signalled(what: string, signal: NodeJS.Signals) {
	await using directory = openTempDir();
	const command = install(directory, new Map([[native, fakeProgram]]));
	const { cwd, env } = optionsFor(directory);
	await using child = Bun.spawn([...command, what], { cwd, env, stdin: "pipe", stdout: "pipe", stderr: "inherit" });
	let said = "";
	for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
		said += text;
		if (said === "ready\n") child.kill(signal);
	}
	await child.exited;
	return { said, code: child.exitCode, signal: child.signalCode };
}

function optionsFor({ path }: TempDir, input = "") {
	return { cwd: path, env: cleanEnvironment(path), input };
}

describe("the launcher", () => {
	test("hands on arguments as they are", async () => {
		const args = ["arguments", "", "a b", "--", "$HOME", "ä'\"\\"];
		expect(await launch(args)).toEqual({ code: 0, signal: null, stdout: `${JSON.stringify(args)}\n`, stderr: "" });
	});

	test("gives the program its own stdin, whose end it sees, stdout and stderr", async () => {
		const input = "one line\nand a part of one";
		expect(await launch(["echo"], { input })).toEqual({
			code: 0,
			signal: null,
			stdout: input,
			stderr: "end of input\n",
		});
	});

	test.each([0, 1, 7, 143, 255])("ends with the exit code %p of the program", async (code) => {
		expect(await launch(["exit", String(code)])).toEqual({ code, signal: null, stdout: "", stderr: "" });
	});

	test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGKILL", "SIGABRT"])(
		"dies of %s when the program does",
		async (signal) => {
			expect(await launch(["die", signal])).toMatchObject({ code: null, signal, stderr: "" });
		},
	);

	test("ends as a shell does when the program dies of a signal that Node.js does not die of", async () => {
		const program = "#!/bin/sh\nkill -PIPE $$\n";
		expect(await launch([], { program })).toEqual({ code: 128 + 13, signal: null, stdout: "", stderr: "" });
	});

	test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)("hands on %s, and waits", async (signal) => {
		expect(await signalled("catch", signal)).toEqual({ said: `ready\n${signal}\n`, code: 42, signal: null });
	});

	test("dies of the signal it was sent when the program does not catch it", async () => {
		expect(await signalled("wait", "SIGTERM")).toEqual({ said: "ready\n", code: null, signal: "SIGTERM" });
	});
});

describe("where its program is missing, the launcher", () => {
	test("says what to do", async () => {
		await using directory = openTempDir();
		const { code, stdout, stderr } = await run(install(directory, new Map()), optionsFor(directory));
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(stderr).toStartWith(
			`dynamic-mcp: the build for ${process.platform}-${process.arch} is not installed: ${platformPackage(native)}`,
		);
		expect(stderr).toEndWith("install again with --include=optional.\n");
	});

	test("names the platforms there are builds for, when this one is not among them", async () => {
		await using directory = openTempDir();
		const elsewhere = directory.write("elsewhere.cjs", 'Object.defineProperty(process, "arch", { value: "riscv64" });');
		const [node = "", launcher = ""] = install(directory, new Map());
		expect(await run([node, "-r", elsewhere, launcher], optionsFor(directory))).toMatchObject({
			code: 1,
			stderr: `dynamic-mcp: there is no build for ${process.platform}-riscv64. There are builds for darwin-arm64, darwin-x64, linux-arm64, linux-arm64-musl, linux-x64, linux-x64-musl, win32-arm64, win32-x64.\n`,
		});
	});

	test("says that a program made for another C library cannot be started", async () => {
		await using directory = openTempDir();
		const command = install(directory, new Map([[native, "#!/lib/ld-of-another-system.so\n"]]));
		const { code, stderr } = await run(command, optionsFor(directory));
		expect(code).toBe(1);
		expect(stderr).toContain(`${platformPackage(native)}/dynamic-mcp could not be started: spawn `);
		expect(stderr).toContain("delete it and install again");
	});

	test("says that a program without the right to be run cannot be started", async () => {
		await using directory = openTempDir();
		const command = install(directory, new Map([[native, fakeProgram]]));
		chmodSync(join(directory.path, "node_modules", platformPackage(native), "dynamic-mcp"), 0o644);
		const { code, stderr } = await run(command, optionsFor(directory));
		expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("EACCES") as string });
	});
});

test.each([
	["glibc", "{ glibcVersionRuntime: '2.36' }"],
	["musl", "{}"],
])("of the programs for two C libraries, the launcher runs the one for %s", async (libc, header) => {
	await using directory = openTempDir();
	const both = targets.filter(({ format, machine }) => format === "elf" && machine === native.machine);
	const programs = new Map(both.map((target) => [target, `#!/bin/sh\necho ${target.libc}\n`]));
	const system = directory.write(
		"system.cjs",
		`Object.defineProperty(process, "platform", { value: "linux" });
		process.report.getReport = () => ({ header: ${header} });`,
	);
	const [node = "", launcher = ""] = install(directory, programs);
	expect(await run([node, "-r", system, launcher], optionsFor(directory))).toMatchObject({
		code: 0,
		stdout: `${libc}\n`,
	});
});
