/** JSON-RPC messages as a test sees them on the wire: loosely typed, nothing dropped. */

export type Id = string | number;

export interface Message {
	jsonrpc: "2.0";
	id?: Id | null;
	method?: string;
	params?: Record<string, unknown>;
	result?: Record<string, unknown>;
	error?: { code: number; message: string; data?: unknown };
}

/** The `content` items of tool results that tests look into. */
export interface Content {
	type: string;
	text?: string;
	[more: string]: unknown;
}

/** Is it one message, or a batch of them, as JSON-RPC 2.0 draws them? */
export function isJsonRpc(value: unknown): boolean {
	return Array.isArray(value) ? value.length > 0 && value.every(isMessage) : isMessage(value);
}

export function isMessage(value: unknown): value is Message {
	if (typeof value !== "object" || value === null) return false;
	const message = value as Message;
	if (message.jsonrpc !== "2.0") return false;
	if (message.method !== undefined) return typeof message.method === "string";
	const isAnswered = (message.result !== undefined) !== (message.error !== undefined);
	return isAnswered && isReplyId(message.id);
}

export function isReplyTo(id: Id): (message: Message) => boolean {
	return (message) => message.id === id && message.method === undefined;
}

/** The result; throws, showing the reply, when there is none. */
export function resultOf(reply: Message): Record<string, unknown> {
	if (reply.result === undefined) throw new Error(`no result: ${JSON.stringify(reply)}`);
	return reply.result;
}

/** The joined texts of a tool result; throws, showing the reply, when it is something else. */
export function textOf(reply: Message): string {
	const content = reply.result?.["content"];
	if (!Array.isArray(content)) throw new Error(`not a tool result: ${JSON.stringify(reply)}`);
	return (content as Content[]).map((item) => item.text ?? "").join("\n");
}

/** The text of a tool result that is marked `isError`; throws, showing the reply, when it is not. */
export function errorTextOf(reply: Message): string {
	if (reply.result?.["isError"] !== true) throw new Error(`not an isError result: ${JSON.stringify(reply)}`);
	return textOf(reply);
}

/** The text of a tool result that is not an error; throws, showing the reply, when it is. */
export function goodTextOf(reply: Message): string {
	if (reply.result?.["isError"] === true) throw new Error(`an isError result: ${JSON.stringify(reply)}`);
	return textOf(reply);
}

function isReplyId(id: Message["id"]): boolean {
	return id === null || typeof id === "string" || typeof id === "number";
}
