/** The workflows and actions of `.github`, read the way their tests look at them. */
import { basename, join } from "node:path";

export const project = join(import.meta.dir, "..", "..");

export interface Step {
	readonly name?: string;
	readonly uses?: string;
	readonly run?: string;
	readonly shell?: string;
	readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
	/** A job that is a whole workflow; it has no steps, and takes no timeout. */
	readonly uses?: string;
	readonly "timeout-minutes"?: number;
	readonly permissions?: unknown;
	readonly steps?: readonly Step[];
}

export interface Workflow {
	readonly on?: unknown;
	readonly permissions?: unknown;
	readonly concurrency?: unknown;
	readonly jobs?: Readonly<Record<string, Job>>;
	/** Of an action. */
	readonly runs?: { readonly steps?: readonly Step[] };
}

export interface WorkflowFile {
	/** From the top of the repository. */
	readonly path: string;
	readonly text: string;
	readonly content: Workflow;
}

export function parseWorkflow(path: string, text: string): WorkflowFile {
	return { path, text, content: Bun.YAML.parse(text) as Workflow };
}

async function readFiles(pattern: string): Promise<WorkflowFile[]> {
	const paths = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: project, dot: true }));
	return await Promise.all(
		paths
			.map((path) => path.replaceAll("\\", "/"))
			.sort()
			.map(async (path) => parseWorkflow(path, await Bun.file(join(project, path)).text())),
	);
}

export function readWorkflows(): Promise<WorkflowFile[]> {
	return readFiles(".github/workflows/*.{yml,yaml}");
}

export function readActions(): Promise<WorkflowFile[]> {
	return readFiles(".github/actions/*/action.{yml,yaml}");
}

export function jobsOf({ content }: WorkflowFile): [name: string, job: Job][] {
	return Object.entries(content.jobs ?? {});
}

/** Of all its jobs, or of the action. */
export function stepsOf(file: WorkflowFile): Step[] {
	const ofJobs = jobsOf(file).flatMap(([, job]) => job.steps ?? []);
	return [...ofJobs, ...(file.content.runs?.steps ?? [])];
}

export interface Script {
	/** To tell of it: `ci.yml: bun run check`. */
	readonly title: string;
	readonly run: string;
}

/** All that the workflow has a shell run. */
export function scriptsOf(file: WorkflowFile): Script[] {
	return stepsOf(file).flatMap(({ name, run }) =>
		run === undefined ? [] : [{ title: `${basename(file.path)}: ${name ?? run}`, run }],
	);
}
