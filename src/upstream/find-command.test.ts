import { describe, expect, test } from "bun:test";

import { childEnvironment, type FileKind, findCommand, findInterpreter, type Surroundings } from "./find-command.ts";

/** A machine that has these files and no others. */
function machine(
	platform: NodeJS.Platform,
	files: Readonly<Record<string, FileKind>>,
	more: Partial<Surroundings> = {},
): Surroundings {
	const key = (path: string) => (platform === "win32" ? path.toLowerCase().replaceAll("/", "\\") : path);
	const kinds = new Map(Object.entries(files).map(([path, kind]) => [key(path), kind]));
	return { platform, env: {}, cwd: "/project", probe: (path) => kinds.get(key(path)), ...more };
}

const program = (path: string) => ({ kind: "program", path }) as const;
const batch = (path: string) => ({ kind: "batch", path }) as const;
const notOnPath = (...places: string[]) => ({ kind: "missing", isOnPath: true, places }) as const;
const notThere = (path: string) => ({ kind: "missing", isOnPath: false, places: [path] }) as const;
const useless = (path: string, isOnPath: boolean) => ({ kind: "not-executable", isOnPath, path }) as const;

describe.each(["linux", "darwin"] as const)("on %s", (platform) => {
	const files = {
		"/usr/bin/node": "executable",
		"/opt/bin/node": "executable",
		"/opt/bin/notes": "file",
		"/home/me/notes": "executable",
		"/opt/bin/things": "directory",
		"/project/node": "executable",
		"/project/bin/server": "executable",
		"/project/bin/readme": "file",
		"/project/node_modules/.bin/tool": "executable",
		"/a;b/tool": "executable",
	} as const;

	test.each([
		["a name", "node", "/usr/bin:/opt/bin", program("/usr/bin/node")],
		["the first of several", "node", "/opt/bin:/usr/bin", program("/opt/bin/node")],
		["behind a folder that has none", "node", "/nowhere:/usr/bin", program("/usr/bin/node")],
		["a folder written with a slash at its end", "node", "/usr/bin/", program("/usr/bin/node")],
		["behind a file that is not executable", "notes", "/opt/bin:/home/me", program("/home/me/notes")],
		["behind a folder of that name", "things", "/opt/bin:/nowhere", notOnPath("/opt/bin", "/nowhere")],
		["only a file that is not executable", "notes", "/usr/bin:/opt/bin", useless("/opt/bin/notes", true)],
		["a folder of the PATH that is relative", "tool", "node_modules/.bin", program("/project/node_modules/.bin/tool")],
		["a semicolon, which separates nothing", "tool", "/a;b", program("/a;b/tool")],
		["nothing in empty entries, which are not the working directory", "node", "::/nowhere:", notOnPath("/nowhere")],
		["nothing on no PATH", "node", undefined, notOnPath()],
		["nothing on an empty PATH", "node", "", notOnPath()],
		["a full path", "/usr/bin/node", undefined, program("/usr/bin/node")],
		["a path from the working directory", "./bin/server", undefined, program("/project/bin/server")],
		["one without a dot", "bin/server", "/usr/bin", program("/project/bin/server")],
		["a path to nothing", "./server", "/project/bin", notThere("/project/server")],
		["a path to a file that is not executable", "bin/readme", undefined, useless("/project/bin/readme", false)],
		["a path to a folder", "/opt/bin/things", undefined, useless("/opt/bin/things", false)],
		["no endings of Windows", "node", "/usr/local/bin", notOnPath("/usr/local/bin")],
	])("finds %s", (_, command, PATH, found) => {
		expect(findCommand(command, machine(platform, files, { env: { PATH, PATHEXT: ".EXE" } }))).toEqual(found);
	});

	test("takes the PATH, not the Path", () => {
		const env = { Path: "/usr/bin" };
		expect(findCommand("node", machine(platform, files, { env }))).toEqual(notOnPath());
	});
});

describe("on Windows", () => {
	const files = {
		"C:\\nodejs\\node.exe": "executable",
		"C:\\nodejs\\npx": "executable",
		"C:\\nodejs\\npx.cmd": "executable",
		"C:\\both\\tool.cmd": "executable",
		"C:\\both\\tool.exe": "executable",
		"C:\\both\\tool.js": "executable",
		"C:\\old\\edit.com": "executable",
		"C:\\old\\start.bat": "executable",
		"C:\\old\\folder.exe": "directory",
		"C:\\Program Files\\a;b\\tool.exe": "executable",
		"C:\\dots\\server.1.exe": "executable",
		"C:\\dots\\server.cmd.exe": "executable",
		"C:\\work\\node.exe": "executable",
		"C:\\work\\bin\\server.cmd": "executable",
		"C:\\work\\bin\\server.py": "executable",
		"\\\\share\\tools\\tool.exe": "executable",
	} as const;
	const at = (env: Surroundings["env"]) => machine("win32", files, { env, cwd: "C:\\work" });

	test.each([
		["a program without its ending", "node", "C:\\nodejs", program("C:\\nodejs\\node.exe")],
		["a program with its ending", "node.exe", "C:\\nodejs", program("C:\\nodejs\\node.exe")],
		["an ending in capitals", "NODE.EXE", "C:\\nodejs", program("C:\\nodejs\\NODE.EXE")],
		["a batch file, not the script of Unix beside it", "npx", "C:\\nodejs", batch("C:\\nodejs\\npx.cmd")],
		["a batch file with its ending", "npx.cmd", "C:\\nodejs", batch("C:\\nodejs\\npx.cmd")],
		["an old batch file", "start", "C:\\old", batch("C:\\old\\start.bat")],
		["an old program", "edit", "C:\\old", program("C:\\old\\edit.com")],
		["a program before a batch file", "tool", "C:\\both", program("C:\\both\\tool.exe")],
		["the first folder first", "tool", "\\\\share\\tools;C:\\both", program("\\\\share\\tools\\tool.exe")],
		["a name with a dot in it", "server.1", "C:\\dots", program("C:\\dots\\server.1.exe")],
		["what looks like an ending and is none", "server.cmd", "C:\\dots", program("C:\\dots\\server.cmd.exe")],
		["no folder", "folder", "C:\\old", notOnPath("C:\\old")],
		["no document", "tool.js", "C:\\both", notOnPath("C:\\both")],
		["quoted folders", "tool", '"C:\\Program Files\\a;b";D:\\', program("C:\\Program Files\\a;b\\tool.exe")],
		["folders with slashes", "node", "C:/nodejs/", program("C:/nodejs/node.exe")],
		["nothing in the working directory", "node", "D:\\;;", notOnPath("D:\\")],
		["a full path", "C:\\nodejs\\npx.cmd", "", batch("C:\\nodejs\\npx.cmd")],
		["a full path without an ending", "C:/nodejs/node", "", program("C:/nodejs/node.exe")],
		["a path from the working directory", ".\\bin\\server", "", batch("C:\\work\\bin\\server.cmd")],
		["one with slashes", "./bin/server.cmd", "", batch("C:\\work\\bin/server.cmd")],
		["a path from the root of the drive", "\\nodejs\\node.exe", "", program("C:\\nodejs\\node.exe")],
		["a path on the network", "\\\\share\\tools\\tool", "", program("\\\\share\\tools\\tool.exe")],
		["a path to a document", "bin\\server.py", "", useless("C:\\work\\bin\\server.py", false)],
		["a path to nothing", "bin\\nothing", "", notThere("C:\\work\\bin\\nothing")],
	])("finds %s", (_, command, Path, found) => {
		expect(findCommand(command, at({ Path }))).toEqual(found);
	});

	test.each([
		["in its order", ".CMD;.EXE", batch("C:\\both\\tool.cmd")],
		["without what cannot be started", ".JS;.VBS;.CMD;.PY", batch("C:\\both\\tool.cmd")],
		["unless it has nothing to start", ".JS", program("C:\\both\\tool.exe")],
		["unless it is empty", "", program("C:\\both\\tool.exe")],
	])("PATHEXT counts, %s", (_, PathExt, found) => {
		expect(findCommand("tool", at({ PATH: "C:\\both", PathExt }))).toEqual(found);
	});

	test("of several spellings of PATH the last one counts", () => {
		expect(findCommand("node", at({ Path: "C:\\old", PATH: "C:\\nodejs" }))).toEqual(program("C:\\nodejs\\node.exe"));
	});
});

describe("the interpreter of a script", () => {
	const linux = machine(
		"linux",
		{ "/bin/sh": "executable", "/usr/bin/node": "executable", "/etc/sh": "file" },
		{ env: { PATH: "/usr/bin" } },
	);

	test.each([
		["#!/bin/sh\necho", "/bin/sh", program("/bin/sh")],
		["#! /bin/sh -e", "/bin/sh", program("/bin/sh")],
		["#!/no/such/python\n", "/no/such/python", notThere("/no/such/python")],
		["#!/bin/sh\r\n", "/bin/sh\r", notThere("/bin/sh\r")],
		["#!/etc/sh\n", "/etc/sh", useless("/etc/sh", false)],
		["#!/usr/bin/env node\n", "node", program("/usr/bin/node")],
		["#!/usr/bin/env  deno\n", "deno", notOnPath("/usr/bin")],
		["#!/usr/bin/env -S deno run --allow-net\n", "deno", notOnPath("/usr/bin")],
		["#!/usr/bin/env -S A=1 B=2 deno run\n", "deno", notOnPath("/usr/bin")],
	])("of %j", (head, name, found) => {
		expect(findInterpreter(head, linux)).toEqual({ name, found });
	});

	test.each([
		"",
		"\x7fELF",
		"echo",
		"#!",
		"#!sh",
		"#!/usr/bin/env",
		"#!/usr/bin/env -i node",
		"#!/usr/bin/env deno run",
	])("of %j is not known", (head) => {
		expect(findInterpreter(head, linux)).toBeUndefined();
	});
});

describe("a child's environment", () => {
	test.each([
		["is its own", "linux", { PATH: "/b::/a", Path: "x" }, undefined, { PATH: "/b::/a", Path: "x" }],
		["gets more PATH at the end", "linux", { PATH: "/b:/a" }, "/a:/c:/b", { PATH: "/b:/a:/c" }],
		["gets a PATH", "darwin", { A: "1" }, "/c", { A: "1", PATH: "/c" }],
		["gets one where it is without", "linux", { PATH: undefined }, "/c", { PATH: "/c" }],
		["has no name twice on Windows", "win32", { Path: "a", A: "1", PATH: "b" }, undefined, { PATH: "b", A: "1" }],
		["keeps its spelling", "win32", { Path: "a;b" }, "b;c", { Path: "a;b;c" }],
	] as const)("%s", (_, platform, env, extraPath, expected) => {
		expect(childEnvironment(env, extraPath, platform)).toEqual(expected);
	});
});
