/** The official SDK's client with everything that it can do, and a record of all that it is sent. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
	type ClientNotification,
	type ClientRequest,
	CreateMessageRequestSchema,
	ElicitRequestSchema,
	ListRootsRequestSchema,
	type Result,
	type Root,
	type TaskMetadata,
} from "@modelcontextprotocol/sdk/types.js";

import { allCapabilities } from "./able-proxy.ts";
import { createMessageLog } from "./message-log.ts";
import type { Message } from "./messages.ts";
import { patienceMs } from "./patience.ts";
import type { SdkClient } from "./sdk-client.ts";

export interface WholeClient extends SdkClient {
	/** Says from now on that it has these roots, and tells servers so. */
	changeRoots(roots: Root[]): Promise<void>;
	/** The result, or what is wrong, of a call of one of the server's tools. */
	call(name: string, args?: Record<string, unknown>): Promise<unknown>;
	/** The first message from the server not yet awaited elsewhere that satisfies `wanted`, past or future. */
	next(wanted: (message: Message) => boolean): Promise<Message>;
	/** Every message from the server so far, in order. */
	messages(): Message[];
}

type Extra = RequestHandlerExtra<ClientRequest, ClientNotification>;

/** `group` is that of the server when it is behind the proxy. */
export async function openWholeClient(
	connect: (client: Client) => Promise<SdkClient>,
	group?: string,
): Promise<WholeClient> {
	let roots: Root[] = [{ uri: "file:///one", name: "one" }];
	const taskStore = new InMemoryTaskStore();
	// With a message queue it would put its answers to what a server's task asks into that, and never send them.
	const client = new Client({ name: "test", version: "1.0.0" }, { capabilities: allCapabilities, taskStore });
	client.setRequestHandler(ListRootsRequestSchema, () => ({ roots }));
	client.setRequestHandler(CreateMessageRequestSchema, ({ params }, extra) => {
		const text = `sampled: ${JSON.stringify(params.messages)}`;
		return answer(extra, params.task, { model: "m", role: "assistant", content: { type: "text", text } });
	});
	client.setRequestHandler(ElicitRequestSchema, ({ params }, extra) => {
		const content = JSON.stringify(params).includes("interpretation")
			? { interpretation: "technical" }
			: { name: "Ada", check: true };
		return answer(extra, params.task, params.mode === "url" ? { action: "accept" } : { action: "accept", content });
	});

	const connected = await connect(client);
	const log = tap(client);
	return {
		...connected,
		changeRoots(changed) {
			roots = changed;
			return client.sendRootsListChanged();
		},
		call: (name, args = {}) =>
			client.callTool(
				group === undefined
					? { name, arguments: args }
					: { name: "call_dynamic_tool", arguments: { group, name, args } },
			),
		async next(wanted) {
			const found = await log.claim((message) => wanted(message as Message), patienceMs);
			if (found !== undefined) return found as Message;
			const side = group === undefined ? "directly" : "through the proxy";
			throw new Error(`no such message came ${side}: ${wanted.toString()}`);
		},
		messages: () => log.lines.map(({ value }) => value as Message),
		async [Symbol.asyncDispose]() {
			await connected[Symbol.asyncDispose]();
			taskStore.cleanup();
		},
	};
}

/** The answer, or, when a task is asked for, the task, which is done a moment later. */
async function answer({ taskStore }: Extra, task: TaskMetadata | undefined, result: Result): Promise<Result> {
	if (task === undefined) return result;
	if (taskStore === undefined) throw new Error("the client has been given no store for tasks");
	const created = await taskStore.createTask({ ttl: task.ttl ?? null });
	setTimeout(() => void taskStore.storeTaskResult(created.taskId, "completed", result), 10);
	return { task: created };
}

/** The SDK shows only what has a handler, and of that only what its schemas know. */
function tap({ transport }: Client) {
	const log = createMessageLog();
	if (transport === undefined) throw new Error("the client is not connected");
	const deliver = transport.onmessage;
	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
	transport.onmessage = (message, extra) => {
		log.append(new TextEncoder().encode(JSON.stringify(message)));
		deliver?.(message, extra);
	};
	return log;
}
