/** What every workflow has to hold to. Each rule returns what is wrong, in words. */
import { jobsOf, scriptsOf, stepsOf, type WorkflowFile } from "./workflows.ts";

export type Rule = (file: WorkflowFile) => string[];

/** A tag can be moved to other code; the name of a commit cannot. The comment says to people which version it is. */
export const pinned: Rule = ({ text }) =>
	text.split("\n").flatMap((line) => {
		const used = /^\s*(?:- )?uses:\s*(.*)$/.exec(line)?.[1];
		if (used === undefined || used.startsWith("./")) return [];
		return /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used) ? [] : [`not pinned: ${used}`];
	});

/** Two versions of one action are an update that was done by halves. */
export function oneVersionEach(files: readonly WorkflowFile[]): string[] {
	const used = files.flatMap(({ text }) => Array.from(text.matchAll(/uses:\s*([^\s@]+)@(\S+ # \S+)/g)));
	const versions = Map.groupBy(used, ([, action = ""]) => action);
	return Array.from(versions).flatMap(([action, uses]) => {
		const all = Array.from(new Set(uses.map(([, , version = ""]) => version)));
		return all.length === 1 ? [] : [`${action} is used as ${all.join(" and ")}`];
	});
}

const writes: Readonly<Record<string, readonly string[]>> = {
	attest: ["id-token", "attestations"],
	publish: ["contents"],
	npm: ["id-token"],
};

/** Nothing but reading for a whole workflow, and for jobs only what the table grants. */
export const fewPermissions: Rule = (file) => {
	const { permissions } = file.content;
	const top = JSON.stringify(permissions);
	const problems =
		top === "{}" || top === '{"contents":"read"}' ? [] : [`permissions of the workflow: ${top ?? "all"}`];
	for (const [name, job] of jobsOf(file)) {
		const granted = job.permissions ?? {};
		if (typeof granted !== "object") problems.push(`permissions of ${name}: ${JSON.stringify(granted)}`);
		for (const [scope, access] of Object.entries(granted)) {
			if (access !== "read" && writes[name]?.includes(scope) !== true) problems.push(`${name} may ${access} ${scope}`);
		}
		if (top === "{}" && job.permissions === undefined) problems.push(`${name} says no permissions`);
	}
	return problems;
};

export const timeouts: Rule = (file) =>
	jobsOf(file)
		.filter(([, job]) => job.uses === undefined && job["timeout-minutes"] === undefined)
		.map(([name]) => `${name} has no timeout`);

export const concurrency: Rule = ({ content }) =>
	content.concurrency === undefined ? ["says nothing about runs at the same time"] : [];

/** A token that lies in `.git/config` is there for whatever the job runs. */
export const checkoutsWithoutToken: Rule = (file) =>
	stepsOf(file)
		.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true)
		.filter((step) => step.with?.["persist-credentials"] !== false)
		.map(() => "a checkout leaves its token behind: persist-credentials has to be false");

/** What a workflow puts into a script's text, a name of a branch for one, becomes part of the program. */
export const nothingInScripts: Rule = (file) =>
	scriptsOf(file)
		.filter(({ run }) => run.includes("${{"))
		.map(({ title }) => `${title} has an expression in its script: hand it over in env`);

/** With the rights of this repository, on code of others. */
export const noForeignTriggers: Rule = ({ content }) => {
	const triggers =
		typeof content.on === "object" && content.on !== null ? Object.keys(content.on) : [String(content.on)];
	return triggers
		.filter((trigger) => ["pull_request_target", "workflow_run", "issue_comment"].includes(trigger))
		.map((trigger) => `${trigger} runs with this repository's rights`);
};

/** The files and package.json scripts that a script names after `bun`, `sh`, `bash`, `-File` or `cp`. */
export function mentionedIn(run: string): { files: string[]; scripts: string[] } {
	const text = run.replaceAll(/\\\n\s*/g, " ");
	const files = text.matchAll(/(?:^|\s)(\.?[\w-]+\/[\w./-]+|install\.(?:sh|ps1))(?=\s|$|:)/gm);
	const scripts = text.matchAll(/(?:^|\s)bun run ([\w-]+)(?=\s|$)/gm);
	return {
		files: Array.from(files, ([, path = ""]) => path).filter((path) => !path.startsWith("dist/")),
		scripts: Array.from(scripts, ([, name = ""]) => name),
	};
}
