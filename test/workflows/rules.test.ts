/** Holds the workflows to their rules, and the rules to finding what breaks them. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

import packageJson from "../../package.json";
import * as rules from "./rules.ts";
import {
	parseWorkflow,
	project,
	readActions,
	readWorkflows,
	scriptsOf,
	stepsOf,
	type WorkflowFile,
} from "./workflows.ts";

const workflows = await readWorkflows();
const all = [...workflows, ...(await readActions())];

function problemsOf(files: readonly WorkflowFile[], rule: rules.Rule): string[] {
	return files.flatMap((file) => rule(file).map((problem) => `${file.path}: ${problem}`));
}

test("there are workflows to check", () => {
	expect(all.map(({ path }) => path)).toEqual([
		".github/workflows/audit.yml",
		".github/workflows/ci.yml",
		".github/workflows/release.yml",
		".github/actions/setup/action.yml",
	]);
});

test.each([
	["every action is pinned to a commit, and says which version that is", all, rules.pinned],
	["a workflow may only read, and of its jobs only those of a table more", workflows, rules.fewPermissions],
	["every job has a timeout", workflows, rules.timeouts],
	["every workflow says what becomes of runs at the same time", workflows, rules.concurrency],
	["no checkout leaves its token behind", all, rules.checkoutsWithoutToken],
	["no script has an expression in it", all, rules.nothingInScripts],
	["no workflow runs the code of others with this repository's rights", workflows, rules.noForeignTriggers],
] as const)("%s", (_, files, rule) => {
	expect(problemsOf(files, rule)).toEqual([]);
});

test("an action is used in one version everywhere", () => {
	expect(rules.oneVersionEach(all)).toEqual([]);
});

test("what the workflows run is there: scripts of package.json, and files", () => {
	const mentioned = all.flatMap(scriptsOf).map(({ run }) => rules.mentionedIn(run));
	const files = mentioned.flatMap(({ files }) => files);
	expect(files).toEqual(expect.arrayContaining([".ci/run", "scripts/release/notes.ts"]));
	expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
	const scripts = mentioned.flatMap(({ scripts }) => scripts);
	expect(scripts).toContain("check");
	expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([]);
});

test("the actions and workflows of this repository that are used are there", () => {
	const used = all.flatMap((file) => [
		...stepsOf(file).map(({ uses }) => uses),
		...Object.values(file.content.jobs ?? {}).map(({ uses }) => uses),
	]);
	const own = used.filter((uses) => uses?.startsWith("./")).map((uses) => uses!.slice(2));
	expect(own).toContain(".github/workflows/ci.yml");
	const missing = own.filter((path) => !existsSync(join(project, path.endsWith(".yml") ? path : `${path}/action.yml`)));
	expect(missing).toEqual([]);
});

describe("a planted fault is found:", () => {
	const sha = "a".repeat(40);

	test.each([
		["a tag", "uses: actions/checkout@v7", rules.pinned, "not pinned: actions/checkout@v7"],
		["a commit without a version", `uses: a/b@${sha}`, rules.pinned, `not pinned: a/b@${sha}`],
		["half a commit", "uses: a/b@0123456 # v1.0.0", rules.pinned, "not pinned: a/b@0123456 # v1.0.0"],
		["no permissions at all", "jobs: {}", rules.fewPermissions, "permissions of the workflow: all"],
		["all permissions", "permissions: write-all", rules.fewPermissions, 'permissions of the workflow: "write-all"'],
		[
			"a job that may write",
			"permissions: {}\njobs: { test: { permissions: { contents: write } } }",
			rules.fewPermissions,
			"test may write contents",
		],
		["a job of no permissions", "permissions: {}\njobs: { a: {} }", rules.fewPermissions, "a says no permissions"],
		["a job without a timeout", "jobs: { a: { steps: [] } }", rules.timeouts, "a has no timeout"],
		["no concurrency", "jobs: {}", rules.concurrency, "says nothing about runs at the same time"],
		[
			"a token left behind",
			`jobs: { a: { steps: [{ uses: "actions/checkout@${sha}" }] } }`,
			rules.checkoutsWithoutToken,
			"a checkout leaves its token behind: persist-credentials has to be false",
		],
		[
			"an expression in a script",
			'jobs: { a: { steps: [{ name: Tell, run: "echo ${{ github.ref }}" }] } }',
			rules.nothingInScripts,
			"x.yml: Tell has an expression in its script: hand it over in env",
		],
		["a foreign trigger", "on: pull_request_target", rules.noForeignTriggers, "pull_request_target runs with this"],
		["one among others", "on: { push: , workflow_run: }", rules.noForeignTriggers, "workflow_run runs with this"],
	] as const)("%s", (_, text, rule, problem) => {
		expect(rule(parseWorkflow("x.yml", text))).toEqual([expect.stringContaining(problem)]);
	});

	test("an action in two versions", () => {
		const files = ["a", "b"].map((digit) => parseWorkflow("x.yml", `uses: a/b@${digit.repeat(40)} # v1.0.0`));
		expect(rules.oneVersionEach(files)).toEqual([expect.stringContaining("a/b is used as aaaa")]);
	});

	test("files and scripts are recognised wherever a script names them", () => {
		const run = "cp install.sh dist/x\nbun run check\nbun scripts/a.ts dist/x \\\n  sh .ci/b '' \"$X\"\nbun test src";
		expect(rules.mentionedIn(run)).toEqual({ files: ["install.sh", "scripts/a.ts", ".ci/b"], scripts: ["check"] });
	});
});
