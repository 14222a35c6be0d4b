/** Runs the conformance suite's scenarios for servers, all of a revision in one process. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { cleanEnvironment } from "../helpers/binary.ts";
import { openPeer } from "../helpers/peer.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { type Revision, revisions, titleOf } from "./scenarios.ts";

export interface Outcome {
	/** The checks that passed, in order. */
	passed: string[];
	/** All others but those that only inform, with what was found. */
	others: string[];
}

export interface Played {
	/** By the scenario's title. */
	outcomes: ReadonlyMap<string, Outcome>;
	/** The last that the suite said, which is of interest when a scenario has no outcome. */
	said: string;
}

interface Check {
	id: string;
	status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
	description: string;
	errorMessage?: string;
}

const suite = resolve(import.meta.dir, "../../node_modules/@modelcontextprotocol/conformance/dist/index.js");

/** A scenario takes less than a second: one that takes so long waits for what will not come. */
const scenarioMs = 8_000;

/** When every other scenario is one that waits, the rest of them will not be run. */
export const suiteMs = 50_000;

/** The scenarios of each revision one after the other, and the revisions side by side. */
export async function playSuite(url: string): Promise<Played> {
	const runs = await Promise.all(revisions.map((revision) => playRevision(url, revision)));
	return {
		outcomes: new Map(runs.flatMap(({ outcomes }) => outcomes)),
		said: runs.map(({ said }) => said).join("\n"),
	};
}

async function playRevision(url: string, revision: Revision) {
	await using directory = openTempDir();
	const options = ["--url", url, "--suite", "all", "--spec-version", revision, "--timeout", String(scenarioMs)];
	await using peer = openPeer({
		command: [process.execPath, suite, "server", ...options, "--output-dir", directory.path],
		cwd: directory.path,
		env: cleanEnvironment(directory.path, { TMPDIR: directory.path }),
	});
	await Promise.race([peer.exited, Bun.sleep(suiteMs)]);
	const outcomes = Array.from(new Bun.Glob("*/checks.json").scanSync({ cwd: directory.path }), (path) => {
		const checks = JSON.parse(readFileSync(`${directory.path}/${path}`, "utf8")) as Check[];
		return [titleOf(scenarioOf(path), revision), outcomeOf(checks)] as const;
	});
	const said = peer.lines.slice(-20).map(({ text }) => text);
	return { outcomes, said: [...said, peer.stderrText().slice(-2_000)].join("\n") };
}

/** The suite calls the folder of a result `server-<scenario>-<time>`. */
function scenarioOf(path: string): string {
	const scenario = /^server-(.+)-\d{4}-\d{2}-\d{2}T[^/]*\//.exec(path)?.[1];
	if (scenario === undefined) throw new Error(`not the folder of a result: ${path}`);
	return scenario;
}

function outcomeOf(checks: readonly Check[]): Outcome {
	const passed = checks.filter(({ status }) => status === "SUCCESS").map(({ id }) => id);
	const others = checks.filter(({ status }) => status !== "SUCCESS" && status !== "INFO");
	return {
		passed: passed.sort(),
		others: others.map(
			({ id, status, description, errorMessage }) => `${status} ${id}: ${errorMessage ?? description}`,
		),
	};
}
