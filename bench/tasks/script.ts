/** The tasks that the scripted agent does: fixed for a list of groups, with the right tool for each step. */
import { join } from "node:path";

import type { Group, Tool } from "./catalogs.ts";

export interface Step {
	/** What the agent looks for, in the words that a model would search with. */
	readonly query: string;
	readonly group: string;
	readonly tool: Tool;
}

export interface Task {
	readonly prompt: string;
	/** One to three calls, each after the result of the one before. */
	readonly steps: readonly Step[];
}

const taskCount = 30;

/** Numbers of calls that follow each other: half of the tasks need one, some three. */
const lengths = [1, 2, 1, 3, 1, 2];

/** Built of the labelled questions about these groups: evenly from all of them, the same every time. */
export async function tasksFor(groups: readonly Group[]): Promise<Task[]> {
	const questions = (await Bun.file(join(import.meta.dir, "../retrieval/questions.json")).json()) as {
		query: string;
		tools: string[];
	}[];
	const steps = questions.flatMap(({ query, tools }): Step[] => {
		const [group = "", name] = (tools[0] ?? "").split("/");
		const tool = groups.find((each) => each.group === group)?.tools.find((each) => each.name === name);
		return tool === undefined ? [] : [{ query, group, tool }];
	});
	if (steps.length === 0) throw new Error("no labelled question is about these groups");
	let taken = 0;
	// A stride that has no divisor in common with the number of steps comes by all of them.
	const stride = [7, 11, 13, 17, 19].find((each) => steps.length % each !== 0) ?? 1;
	const next = () => steps[(taken++ * stride) % steps.length] as Step;
	return Array.from({ length: taskCount }, (_, at) => {
		const own = Array.from({ length: lengths[at % lengths.length] ?? 1 }, next);
		return { prompt: `Please do this: ${own.map(({ query }) => query).join("; then ")}.`, steps: own };
	});
}

/** What the model writes as the tool's arguments. */
export function argumentsOf({ inputSchema }: Tool): Record<string, string> {
	return Object.fromEntries((inputSchema.required ?? []).map((name) => [name, `the ${name}`]));
}

const sentence = "The entry was found with its name, its state and the time of its last change. ";

/** What the tool answers: between some 40 and 600 tokens, the same whoever asks. */
export function resultOf({ name }: Tool): string {
	const size = 2 + (Bun.hash.xxHash32(name) % 35);
	return sentence.repeat(size);
}

/** What the model says at the end of a task. */
export const closingWords =
	"Done: everything you have asked for was carried out, and here is in short what came of it.";
