/** The conformance suite's scenarios of signing in, through the built program and a browser that follows where it is sent. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { openPeer } from "../helpers/peer.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

interface Check {
	id: string;
	status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
	errorMessage?: string;
}

const suite = resolve(import.meta.dir, "../../node_modules/@modelcontextprotocol/conformance/dist/index.js");
const client = resolve(import.meta.dir, "auth-client.ts");

/** By scenario: how many checks it has at least, so that one that checks nothing does not count as passed. */
const scenarios: readonly (readonly [name: string, checks: number])[] = [
	["metadata-default", 18],
	["metadata-var1", 18],
	["metadata-var2", 18],
	["metadata-var3", 18],
	["basic-cimd", 13],
	["scope-from-www-authenticate", 14],
	["scope-from-scopes-supported", 14],
	["scope-omitted-when-undefined", 14],
	["scope-step-up", 23],
	["scope-retry-limit", 10],
	["token-endpoint-auth-basic", 19],
	["token-endpoint-auth-post", 19],
	["token-endpoint-auth-none", 19],
	["pre-registration", 13],
	["2025-03-26-oauth-metadata-backcompat", 12],
	["2025-03-26-oauth-endpoint-fallback", 7],
	["resource-mismatch", 3],
	["offline-access-scope", 13],
	["offline-access-not-supported", 13],
	["iss-supported", 13],
	["iss-not-advertised", 13],
	["iss-supported-missing", 15],
	["iss-wrong-issuer", 15],
	["iss-unexpected", 15],
	["iss-normalized", 15],
	["metadata-issuer-mismatch", 5],
	["client-credentials-jwt", 8],
	["client-credentials-basic", 8],
];

test.concurrent.each(scenarios)("the scenario auth/%s", (name, checks) => play(name, checks), 60_000);

// At its own revision the suite's server knows no `initialize`, with which our sessions begin.
test(
	"the scenario auth/authorization-server-migration, at revision 2025-11-25",
	() => play("authorization-server-migration", 24, "--spec-version", "2025-11-25", "--force"),
	60_000,
);

async function play(name: string, atLeast: number, ...more: string[]): Promise<void> {
	await using directory = openTempDir();
	// The suite gives the command to a shell, and its environment to the client.
	const command = `"${process.execPath}" "${client}"`;
	const results = join(directory.path, "results");
	await using peer = openPeer({
		command: [
			process.execPath,
			suite,
			"client",
			"--command",
			command,
			"--scenario",
			`auth/${name}`,
			"--output-dir",
			results,
			...more,
		],
		cwd: directory.path,
		env: cleanEnvironment(directory.path, { DYNAMIC_MCP_BINARY: binaryPath(), TMPDIR: directory.path }),
	});
	const { code } = await peer.exited;
	const [path = ""] = Array.from(new Bun.Glob("**/checks.json").scanSync({ cwd: results, absolute: true }));
	const checks = JSON.parse(readFileSync(path, "utf8")) as Check[];
	const others = checks.filter(({ status }) => status !== "SUCCESS" && status !== "INFO");
	expect({ code, others, said: code === 0 ? "" : peer.stderrText() }).toEqual({ code: 0, others: [], said: "" });
	expect(checks.filter(({ status }) => status === "SUCCESS").length).toBeGreaterThanOrEqual(atLeast);
}
