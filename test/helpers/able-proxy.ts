/** The built program in front of servers, with a client that says what it can do and that servers can ask. */
import { type Id, isReplyTo, type Message } from "./messages.ts";
import { type Proxy, type ProxyOptions, startProxy } from "./proxy.ts";

export interface AbleProxy extends Proxy {
	/** Makes a call and returns its id; the reply is awaited with `replyTo`. */
	beginCall(group: string, name: string, args?: object, meta?: object): Promise<Id>;
	replyTo(id: Id): Promise<Message>;
	/** Every reply so far to the request of this id. */
	repliesTo(id: Id): Message[];
	/** The next request to the client whose JSON has this text in it. */
	nextRequest(method: string, part?: string): Promise<Message>;
	/** The next notification to the client whose JSON has this text in it. */
	nextNotice(method: string, part?: string): Promise<Message>;
	/** Every notification so far of this method. */
	notices(method: string): Message[];
	/** What the client answers. */
	answer(request: Message, result: object): Promise<void>;
}

/** What a client needs for all that servers can ask. */
export const allCapabilities = {
	sampling: { tools: {}, context: {} },
	elicitation: { form: {}, url: {} },
	roots: { listChanged: true },
	tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};

/** `capabilities` may be JSON text, to be sent as it is. */
export async function startAbleProxy(
	options: ProxyOptions = {},
	capabilities: object | string = allCapabilities,
): Promise<AbleProxy> {
	const proxy = await startProxy({ ...options, initialize: false });
	let calls = 0;
	try {
		return {
			...proxy,
			greeting: await shakeHands(proxy, capabilities),
			async beginCall(group, name, args = {}, meta) {
				const id = `call ${++calls}`;
				const params = { name: "call_dynamic_tool", arguments: { group, name, args }, _meta: meta };
				await proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params })}\n`);
				return id;
			},
			replyTo: (id) => proxy.nextMessage(isReplyTo(id)),
			repliesTo: (id) => proxy.messages().filter(isReplyTo(id)),
			nextRequest: (method, part = "") =>
				proxy.nextMessage((message) => isRequest(message) && message.method === method && has(message, part)),
			nextNotice: (method, part = "") =>
				proxy.nextMessage((message) => isNotice(message) && message.method === method && has(message, part)),
			notices: (method) => proxy.messages().filter((message) => isNotice(message) && message.method === method),
			answer: ({ id }, result) => proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`),
		};
	} catch (error) {
		await proxy.kill();
		throw error;
	}
}

async function shakeHands(proxy: Proxy, capabilities: object | string): Promise<Message> {
	const ours = typeof capabilities === "string" ? capabilities : JSON.stringify(capabilities);
	const params = `{"protocolVersion":"2025-11-25","capabilities":${ours},"clientInfo":{"name":"test","version":"1"}}`;
	await proxy.sendRaw(`{"jsonrpc":"2.0","id":"greeting","method":"initialize","params":${params}}\n`);
	const greeting = await proxy.nextMessage(isReplyTo("greeting"));
	await proxy.notify("notifications/initialized");
	return greeting;
}

function isRequest({ id, method }: Message): boolean {
	return method !== undefined && id !== undefined;
}

function isNotice({ id, method }: Message): boolean {
	return method !== undefined && id === undefined;
}

function has(message: Message, part: string): boolean {
	return JSON.stringify(message).includes(part);
}
