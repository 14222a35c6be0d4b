import { describe, expect, test } from "bun:test";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { lacksPath, type ProcessSpec, spawnServer } from "./spawn.ts";

const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };

function spec(command: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
	return { group: "git", command, args: [], env, cwd: undefined, ...more };
}

/** What a program that ends by itself prints. */
async function outputOf(options: ProcessSpec): Promise<string> {
	const child = spawnServer(options);
	void child.stdin.end();
	return (await child.stdout.text()).trim();
}

function failureOf(options: ProcessSpec): unknown {
	try {
		return spawnServer(options).kill();
	} catch (error) {
		return error;
	}
}

describe("a server gets", () => {
	test("its arguments as they are, whatever is in them", async () => {
		const args = ["-c", 'printf "%s|" "$@"', "sh", "a b", "", '"$HOME"', "*", "é"];
		expect(await outputOf(spec("sh", { args }))).toBe('a b||"$HOME"|*|é|');
	});

	test("its environment, and nothing else", async () => {
		const variables = { ...env, TOKEN: "x y", GONE: undefined };
		const output = await outputOf(spec("env", { env: variables }));
		expect(output.split("\n").sort()).toEqual([`PATH=${env.PATH}`, "TOKEN=x y"]);
	});

	test("its working directory", async () => {
		await using directory = openTempDir();
		expect(await outputOf(spec("pwd", { cwd: directory.path }))).toBe(directory.path);
	});

	test("ours when it has none", async () => {
		expect(await outputOf(spec("pwd"))).toBe(process.cwd());
	});

	test("a process group of its own", async () => {
		const child = spawnServer(spec("sh", { args: ["-c", 'cut -d" " -f5 /proc/$$/stat'] }));
		expect(Number(await child.stdout.text())).toBe(child.pid);
	});
});

describe("a command is found", () => {
	const script = "#!/bin/sh\necho found";

	test("on the PATH of its own environment", async () => {
		await using directory = openTempDir();
		directory.write("some-server", script, 0o755);
		expect(await outputOf(spec("some-server", { env: { PATH: `${directory.path}:${env.PATH}` } }))).toBe("found");
	});

	test("relative to its working directory", async () => {
		await using directory = openTempDir();
		directory.write("bin/server", script, 0o755);
		expect(await outputOf(spec("./bin/server", { cwd: directory.path }))).toBe("found");
	});

	test("on the additional PATH, which the server gets, too", async () => {
		await using directory = openTempDir();
		directory.write("tool", "#!/usr/bin/env interpreter\n", 0o755);
		directory.write("interpreter", '#!/bin/sh\necho "$PATH"', 0o755);
		const more = { env: { PATH: "/usr/bin:/bin" }, extraPath: `/bin:${directory.path}` };
		expect(await outputOf(spec("tool", more))).toBe(`/usr/bin:/bin:${directory.path}`);
	});

	test("by its full path, without any PATH", async () => {
		await using directory = openTempDir();
		expect(await outputOf(spec(directory.write("server", script, 0o755), { env: {} }))).toBe("found");
	});
});

describe("what cannot be started tells why:", () => {
	const failed = (detail: string) => ({ name: "UpstreamError", group: "git", phase: "spawn", detail });

	test("a command that is nowhere on the PATH", () => {
		expect(failureOf(spec("no-such-server", { env: { PATH: "/usr/bin:/bin" } }))).toMatchObject(
			failed('command "no-such-server" was not found on the PATH, /usr/bin /bin'),
		);
	});

	test.each([[{ PATH: "" }], [{}], [{ PATH: undefined }]])("an empty PATH %j, ours is not used instead", (env) => {
		expect(failureOf(spec("sh", { env }))).toMatchObject(
			failed('command "sh" was not found on the PATH, which is empty'),
		);
	});

	test("a path where nothing is", () => {
		expect(failureOf(spec("/no/such/server"))).toMatchObject(failed('command "/no/such/server" was not found'));
	});

	test("a file that is not executable", async () => {
		await using directory = openTempDir();
		const file = directory.write("server", "#!/bin/sh", 0o644);
		expect(failureOf(spec(file))).toMatchObject(failed(`"${file}" is not an executable file`));
	});

	test("a directory", async () => {
		await using directory = openTempDir();
		expect(failureOf(spec(directory.path))).toMatchObject(failed(`"${directory.path}" is a folder, not a program`));
	});

	test("a file whose interpreter is not there", async () => {
		await using directory = openTempDir();
		const file = directory.write("server", "#!/no/such/interpreter\n", 0o755);
		const detail = `command "${file}" cannot be started: its interpreter "/no/such/interpreter" was not found`;
		expect(failureOf(spec(file))).toMatchObject(failed(detail));
	});

	test("a script whose interpreter is not on the PATH", async () => {
		await using directory = openTempDir();
		const file = directory.write("server", "#!/usr/bin/env no-such-node\n", 0o755);
		const found = '"no-such-node" was not found on the PATH, /bin';
		const detail = `command "${file}" cannot be started: its interpreter ${found}`;
		expect(failureOf(spec(file, { env: { PATH: "/bin" } }))).toMatchObject(failed(detail));
	});

	test("what the system will not run", async () => {
		await using directory = openTempDir();
		const file = directory.write("server", "\x7fELF", 0o755);
		expect(failureOf(spec(file))).toMatchObject({
			phase: "spawn",
			detail: expect.stringContaining(`command "${file}" cannot be started: `),
		});
	});

	test("a file on the PATH that is not executable", async () => {
		await using directory = openTempDir();
		const file = directory.write("server", "#!/bin/sh", 0o644);
		const more = { env: { PATH: `/bin:${directory.path}` } };
		expect(failureOf(spec("server", more))).toMatchObject(failed(`"${file}" is not an executable file`));
	});

	test("a long PATH, of which the beginning is told", () => {
		const folders = Array.from({ length: 40 }, (_, index) => `/opt/folder-${index + 10}`);
		const places = `${folders.slice(0, 20).join(" ")} and 20 more`;
		expect(failureOf(spec("server", { env: { PATH: folders.join(":") } }))).toMatchObject(
			failed(`command "server" was not found on the PATH, ${places}`),
		);
	});

	test("a working directory that is not there", () => {
		expect(failureOf(spec("sh", { cwd: "/no/such/directory" }))).toMatchObject(
			failed('its working directory "/no/such/directory" (cwd) is not there'),
		);
	});

	test("a working directory that is a file", async () => {
		await using directory = openTempDir();
		const file = directory.write("file", "");
		expect(failureOf(spec("sh", { cwd: file }))).toMatchObject(
			failed(`its working directory "${file}" (cwd) is not there`),
		);
	});
});

describe("more PATH may help", () => {
	test.each([
		["a name that is not found", "no-such-server", {}, true],
		["a name that is found on the additional PATH", "sh", { env: {}, extraPath: "/usr/bin:/bin" }, false],
		["a name that is found", "sh", {}, false],
		["a path that is not there", "/no/such/server", {}, false],
		["a working directory that is not there", "sh", { cwd: "/no/such/directory" }, false],
	])("%s: %s", (_, command, more, helps) => {
		expect(lacksPath(spec(command, more))).toBe(helps);
	});

	test.each([
		["#!/usr/bin/env no-such-node\n", true],
		["#!/usr/bin/env sh\n", false],
		["#!/no/such/interpreter\n", false],
		["echo", false],
	])("a script that begins with %j: %s", async (head, helps) => {
		await using directory = openTempDir();
		expect(lacksPath(spec(directory.write("server", head, 0o755)))).toBe(helps);
	});
});
