/** One connected client: what it said of itself, and its requests in flight. Nothing of it is global. */
import type { Tally } from "../accounting/counts.ts";
import { isObject } from "../base/objects.ts";
import type { Link } from "../protocol/link.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import type { KeptResult } from "./results/store.ts";

export interface Session extends Jobs {
	/** What its client is given to read is added up here; undefined when nobody wants to know. */
	readonly tally: Tally | undefined;
	/** The negotiated revision; empty before `initialize`. */
	version: string;
	/** As the client announced them; empty before `initialize`. */
	capabilities: Readonly<Record<string, unknown>>;
	/** From which level on the client wants log messages; undefined when it has not said. */
	logLevel: string | undefined;
	/** Of which group each task is, by its id. */
	readonly tasks: Map<string, string>;
	/** Those of them that are not known to have ended: their server is not put to rest. */
	readonly openTasks: Map<string, string>;
	/** Results of which the client has had a part, by the id that it was told. Only this session can read them. */
	readonly kept: Map<string, KeptResult>;
	/** The client is gone. */
	hasLeft: boolean;
}

export function createSession(link: Link, tally?: Tally): Session {
	return {
		...createJobs(link),
		tally,
		version: "",
		capabilities: {},
		logLevel: undefined,
		tasks: new Map(),
		openTasks: new Map(),
		kept: new Map(),
		hasLeft: false,
	};
}

/** What a task's status says when there is nothing more to come: specification, basic/utilities/tasks. */
const ended: ReadonlySet<unknown> = new Set(["completed", "failed", "cancelled"]);

/** What is known of a task: from now on what the client asks of it goes to its group. */
export function noteTask({ tasks, openTasks }: Session, group: string, task: unknown): void {
	if (!isObject(task) || typeof task["taskId"] !== "string") return;
	tasks.set(task["taskId"], group);
	if (ended.has(task["status"])) openTasks.delete(task["taskId"]);
	else openTasks.set(task["taskId"], group);
}
