/**
 * JSON-RPC 2.0 messages as MCP uses them: read once at the edge, forwarded as the text they came as.
 *
 * A message keeps its text, because what we only forward must arrive unchanged (integers beyond 2^53,
 * key order, unknown fields); its envelope is read once, because everything else asks for it.
 */
import { isObject } from "../base/objects.ts";
import { elements, printText, sliceSpan, withMember } from "./json-text.ts";

export type Id = string | number;

export interface RpcError {
	readonly code: number;
	readonly message: string;
	readonly data?: unknown;
}

export interface Request {
	readonly kind: "request";
	readonly id: Id;
	readonly method: string;
	readonly params: unknown;
	readonly text: string;
}

export interface Notification {
	readonly kind: "notification";
	readonly method: string;
	readonly params: unknown;
	readonly text: string;
}

export interface Reply {
	readonly kind: "reply";
	readonly id: Id;
	readonly result: unknown;
	/** Set when the reply is an error; then `result` is undefined. */
	readonly error: RpcError | undefined;
	readonly text: string;
}

export type Message = Request | Notification | Reply;

/** What is no message. `id` is the sender's when it could be read. */
export interface Malformed {
	readonly kind: "malformed";
	readonly code: number;
	readonly problem: string;
	readonly id: Id | null;
	/** Meant as a reply, as far as can be seen. An error about it would be answered with an error, and so on. */
	readonly isReply: boolean;
	readonly text: string;
}

/** Several messages in one array: allowed up to revision 2025-03-26, gone in 2025-06-18. */
export interface Batch {
	readonly kind: "batch";
	readonly items: readonly (Message | Malformed)[];
}

/** Codes of JSON-RPC 2.0, section 5.1. */
export const errorCode = {
	parse: -32700,
	invalidRequest: -32600,
	methodNotFound: -32601,
	invalidParams: -32602,
	internal: -32603,
} as const;

/** Reads one JSON text. Never throws: what is no message comes back as `malformed` with the reason. */
export function parseMessage(text: string): Message | Malformed | Batch {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		const problem = error instanceof Error ? error.message.replace(/^JSON Parse error: /, "") : String(error);
		return malformed(errorCode.parse, `not JSON (${problem})`, null, text);
	}
	if (!Array.isArray(value)) return classify(value, text);
	if (value.length === 0) return malformed(errorCode.invalidRequest, "an empty batch", null, text);
	const items: readonly unknown[] = value;
	const texts = Array.from(elements(text), (span) => sliceSpan(text, span));
	return { kind: "batch", items: items.map((item, index) => classify(item, texts[index] ?? "")) };
}

/** Stands for a message that was too long to be read; its head may still tell which request it answers. */
export function oversized(head: string, maxBytes: number): Malformed {
	const id = /^\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(0|[1-9]\d*|"[^"\\\p{Cc}]*")\s*,/u.exec(head)?.[1];
	const problem = `a message longer than ${maxBytes / 2 ** 20} MB`;
	const known = id === undefined ? null : (JSON.parse(id) as Id);
	return { ...malformed(errorCode.invalidRequest, problem, known, head), isReply: !head.includes('"method"') };
}

/** Larger numbers have lost their last digits by the time they are read: their answer would go to nobody. */
export function isId(value: unknown): value is Id {
	return typeof value === "string" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
}

function classify(value: unknown, text: string): Message | Malformed {
	if (!isObject(value)) return malformed(errorCode.invalidRequest, "a message must be an object", null, text);
	const { id, method } = value;
	const isReply = method === undefined && ("result" in value || "error" in value);
	const invalid = (problem: string, id: Id | null = null): Malformed => ({
		...malformed(errorCode.invalidRequest, problem, id, text),
		isReply,
	});
	const known = isId(id) ? id : null;
	if (value["jsonrpc"] !== "2.0") return invalid('"jsonrpc" must be "2.0"', known);
	if (typeof method === "string") {
		const params = value["params"];
		if (id === undefined) return { kind: "notification", method, params, text };
		if (known === null) return invalid('"id" must be a string or a number of at most 2^53');
		return { kind: "request", id: known, method, params, text };
	}
	if (method !== undefined) return invalid('"method" must be a string', known);
	if (known === null) return invalid(describeIdless(value));
	// Some servers write both fields, and `null` into the one that does not apply.
	if (value["error"] !== undefined && value["error"] !== null) return errorReply(known, value["error"], text);
	if (!("result" in value)) return invalid('neither "method" nor "result" nor "error"', known);
	return { kind: "reply", id: known, result: value["result"], error: undefined, text };
}

function describeIdless(value: Record<string, unknown>): string {
	const error = value["error"];
	if (isObject(error)) return `an error without an id: ${String(error["message"])}`;
	return 'neither "method" nor an "id"';
}

/** An error object that breaks JSON-RPC must still arrive as an error, so it is printed anew. */
function errorReply(id: Id, error: unknown, text: string): Reply {
	if (isObject(error) && Number.isInteger(error["code"]) && typeof error["message"] === "string") {
		const known = { code: error["code"] as number, message: error["message"], data: error["data"] };
		return { kind: "reply", id, result: undefined, error: known, text };
	}
	const repaired = { code: errorCode.internal, message: "the server answered with a malformed error", data: error };
	return { kind: "reply", id, result: undefined, error: repaired, text: printError(id, repaired) };
}

function malformed(code: number, problem: string, id: Id | null, text: string): Malformed {
	return { kind: "malformed", code, problem, id, isReply: false, text };
}

export function printRequest(id: Id, method: string, params: string | undefined): string {
	const head = `{"jsonrpc":"2.0","id":${printId(id)},"method":${printText(method)}`;
	return params === undefined ? `${head}}` : `${head},"params":${params}}`;
}

/** Numbers need no quotes, and this is called for every message. */
function printId(id: Id): string {
	return typeof id === "number" && Number.isInteger(id) ? String(id) : JSON.stringify(id);
}

export function printNotification(method: string, params: string | undefined): string {
	const head = `{"jsonrpc":"2.0","method":${JSON.stringify(method)}`;
	return params === undefined ? `${head}}` : `${head},"params":${params}}`;
}

export function printResult(id: Id, result: string): string {
	return `{"jsonrpc":"2.0","id":${printId(id)},"result":${result}}`;
}

export function printError(id: Id | null, error: RpcError): string {
	const { code, message, data } = error;
	return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}

const idAtHead = `{"jsonrpc":"2.0","id":`;

/**
 * The reply's text with another id, everything else byte for byte as it came.
 *
 * The head and the tail are where every known server puts its id. Both shortcuts are exact for valid JSON: neither
 * text can stand at that place inside a string or a nested object. They are not taken when there could be a second
 * `id`, by which a server could answer a request that was never sent to it.
 */
export function withId(reply: Reply, id: Id): string {
	const { text } = reply;
	const wanted = printId(id);
	if (typeof reply.id === "number" && text.startsWith(idAtHead)) {
		const end = text.indexOf(",", idAtHead.length);
		if (end !== -1 && !mayHaveId(text, end)) return idAtHead + wanted + text.slice(end);
	}
	const tail = `,"id":${printId(reply.id)}}`;
	const isTail = text.endsWith(tail) && text.indexOf('"id"') === text.length - tail.length + 1;
	if (isTail && !hidesId(text)) return `${text.slice(0, -tail.length)},"id":${wanted}}`;
	return withMember(text, "id", wanted);
}

function mayHaveId(text: string, from: number): boolean {
	return text.includes('"id"', from) || hidesId(text);
}

/** Whether the letters of `id` are written as escapes anywhere, as in `"\u0069d"`. */
function hidesId(text: string): boolean {
	return text.includes("\\u0069") || text.includes("\\u0064");
}
