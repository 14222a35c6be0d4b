/** Carries out what has to do with more than tools: lists, resources, prompts, completion, log levels, tasks, extensions. */
import { errorCode } from "../protocol/jsonrpc.ts";
import { ask } from "../protocol/link.ts";
import { methods } from "../protocol/mcp.ts";
import { declares, isMethodOf, sharedExtensions } from "./capabilities.ts";
import type { FeatureDecision } from "./decision.ts";
import { refuseFailure } from "./failure.ts";
import { type FeatureRequest, passed, refuse } from "./feature-request.ts";
import { paramsOf } from "./forward.ts";
import { answerPage, gather } from "./gather.ts";
import type { Group } from "./group.ts";
import { loudest } from "./log-level.ts";
import { offersOf } from "./offers.ts";
import { complete, getPrompt } from "./prompts.ts";
import { useResource } from "./resources.ts";
import { noteTask } from "./session.ts";
import { forwardToGroup } from "./to-group.ts";

/** Never rejects: whatever happens is told to the client. */
export async function serveFeature(asked: FeatureRequest, decision: FeatureDecision): Promise<void> {
	const { state: parts, session, job } = asked;
	try {
		await carryOut(asked, decision);
	} catch (error) {
		await refuseFailure({ parts, session, job }, error);
	}
}

function carryOut(asked: FeatureRequest, decision: FeatureDecision): void | Promise<void> {
	switch (decision.kind) {
		case "gather":
			return gather(asked, decision.list, decision.cursor, decision.group);
		case "resource":
			return useResource(asked, decision.uri, decision.group);
		case "prompt":
			return getPrompt(asked, decision.name, decision.group);
		case "complete":
			return complete(asked, decision);
		case "level":
			return setLevel(asked, decision.level);
		case "task":
			return useTask(asked, decision.taskId);
		case "tasks":
			return listTasks(asked, decision.cursor);
		case "extension":
			return extend(asked, decision.method, decision.group);
		default:
			return decision satisfies never;
	}
}

/** For the servers that run; those that start later are told then. */
function setLevel({ state, session, job, groups }: FeatureRequest, level: string): void | Promise<void> {
	session.logLevel = level;
	const wanted = loudest(state.sessions());
	for (const { name, timeoutMs } of groups) {
		const connection = state.running(name);
		if (connection === undefined || !declares(connection.capabilities, "logging")) continue;
		void ask(connection.link, {
			method: methods.setLevel,
			params: JSON.stringify({ level: wanted }),
			timeoutMs: timeoutMs.tools,
		});
	}
	return session.answer(job, "{}");
}

function useTask(asked: FeatureRequest, taskId: string): void | Promise<void> {
	const { session, request, groups } = asked;
	const group = groups.find(({ name }) => name === session.tasks.get(taskId));
	if (group === undefined) return refuse(asked, `Unknown task: ${taskId}`);
	// The result is answered when there is one, which is what a task is for.
	const isResult = request.method === methods.tasksResult;
	return forwardToGroup({
		...passed(asked, group, "tools"),
		isUnlimited: isResult,
		onEnd(reply) {
			if (isResult && reply !== undefined) session.openTasks.delete(taskId);
			else noteTask(session, group.name, reply?.result);
		},
	});
}

/** Only running servers can have tasks. */
async function listTasks(asked: FeatureRequest, cursor: string | undefined): Promise<void> {
	const { state, session, groups } = asked;
	const lists = await Promise.all(
		groups.map(async ({ name, timeoutMs }): Promise<readonly unknown[]> => {
			const connection = state.running(name);
			if (connection === undefined || !declares(connection.capabilities, "tasks")) return [];
			const tasks = await state.catalogs.list(name, connection, "tasks", timeoutMs.tools).catch(() => []);
			for (const task of tasks) noteTask(session, name, task);
			return tasks;
		}),
	);
	return answerPage(asked, "tasks", lists.flat(), cursor);
}

/** To the group with the extension that the method's name speaks of, else to the only group with any that the client has, too. */
async function extend(asked: FeatureRequest, method: string, named: Group | undefined): Promise<void> {
	const { session, job } = asked;
	const offers = await offersOf(asked, "tools", false);
	const able = offers.flatMap(({ group, offer }) => {
		const shared = sharedExtensions(session.capabilities, offer.capabilities);
		return shared.length === 0 || (named !== undefined && named !== group) ? [] : [{ group, shared }];
	});
	const best = able.find(({ shared }) => shared.some((extension) => isMethodOf(extension, method)));
	const only = able.length === 1 ? able[0] : undefined;
	const group = (best ?? only)?.group;
	if (group !== undefined)
		return forwardToGroup({ ...passed(asked, group, "tools"), params: paramsOf(asked.request.text) });
	return session.refuse(job, { code: errorCode.methodNotFound, message: `Method not found: ${method}` });
}
