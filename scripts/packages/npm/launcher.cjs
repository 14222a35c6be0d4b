#!/usr/bin/env node
/**
 * What `npx dynamic-mcp` runs: starts the program that lies in the package of this platform, in the launcher's place as far as
 * anybody can tell. The program has the launcher's own stdin, stdout and stderr, so nothing passes through here.
 */
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { bugs, optionalDependencies } = require("./package.json");

const scope = "@dynamic-mcp/";
const isWindows = process.platform === "win32";
const platform = `${process.platform}-${process.arch}`;

/** On Windows whoever shares the console gets its signals anyway, and to send one would end the program on the spot. */
const signals = isWindows ? ["SIGINT", "SIGBREAK", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** More than one on Linux, for each C library; none where there is no build. */
const candidates = [`${scope}${platform}`, `${scope}${platform}-musl`].filter((name) => name in optionalDependencies);

const program = findProgram();
if (program === undefined) fail(whatIsMissing());
else run(program);

function findProgram() {
	const found = candidates.flatMap((name) => {
		try {
			return [{ name, path: require.resolve(`${name}/dynamic-mcp${isWindows ? ".exe" : ""}`) }];
		} catch {
			// Not installed: it is for another C library, or nothing is found and the message says so.
			return [];
		}
	});
	// Package managers that do not know of C libraries install both.
	if (found.length > 1) return found.find(({ name }) => name.endsWith("-musl") === isMusl())?.path;
	return found[0]?.path;
}

function whatIsMissing() {
	const all = Object.keys(optionalDependencies).map((name) => name.slice(scope.length));
	if (candidates.length === 0) return `there is no build for ${platform}. There are builds for ${all.join(", ")}.`;
	return `the build for ${platform} is not installed: ${candidates.join(" or ")} is missing.
It is an optional dependency, which --no-optional and --omit=optional leave out, as does a lock file or a node_modules
folder made on another platform. Delete node_modules and package-lock.json, and install again with --include=optional.`;
}

/** glibc names itself in the header of a process's report; musl does not. */
function isMusl() {
	// Looking up the names of open connections' peers can take seconds.
	process.report.excludeNetwork = true;
	return process.report.getReport().header.glibcVersionRuntime === undefined;
}

function run(path) {
	// Before the program is there, so that no signal can end the launcher alone.
	for (const signal of signals) process.on(signal, () => isWindows || child.kill(signal));
	const child = spawn(path, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
	child.on("error", (error) => {
		fail(`${path} could not be started: ${error.message}.
Where node_modules was copied from another system, delete it and install again. If that does not help, please tell us:
${bugs}`);
	});
	child.on("exit", (code, signal) => {
		if (signal === null) process.exit(code);
		for (const name of signals) process.removeAllListeners(name);
		// What a signal that Node.js does not die of leaves to say, as every shell does.
		process.exitCode = 128 + constants.signals[signal];
		process.kill(process.pid, signal);
	});
}

function fail(message) {
	process.stderr.write(`dynamic-mcp: ${message}\n`);
	process.exitCode = 1;
}
