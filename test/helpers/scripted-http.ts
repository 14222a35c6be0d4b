/** A small MCP server at a URL, in the test's own process: the test decides what becomes of each request. */
import type { TlsOptions } from "node:tls";

import { isMessage, type Message } from "./messages.ts";
import { patienceMs } from "./patience.ts";
import { type Exchange, startRawHttp } from "./raw-http.ts";

/** One request to the server, with what is handy to answer it. */
export interface ScriptedRequest extends Exchange {
	/** What it is counted under: `GET`, `DELETE`, a tool's name, or else the message's method. */
	readonly label: string;
	/** Undefined for GET and DELETE. */
	readonly message: Message | undefined;
	readonly sessionId: string | null;
	/** The arguments of a call. */
	readonly args: Record<string, unknown>;
	/** JSON text of the reply that ends the call well, with this as its text. */
	reply(text: string): string;
	/** JSON text of a progress notification; throws when no progress was asked for. */
	progress(step: number): string;
	/** Answers the call well, as JSON. */
	answer(text: string): void;
	/** Begins to answer with an event stream. */
	stream(): void;
	/** One event. Its data may have several lines. */
	event(data: string, fields?: { id?: string; event?: string; retry?: number }): Promise<void>;
}

export type Act = (request: ScriptedRequest) => void | Promise<void>;

export interface Script {
	/** By name; `echo` is always there, and says the text it is given. */
	tools?: Record<string, Act>;
	/** By label, in place of what a well-behaved server does. Sessions are not looked at before. */
	on?: Record<string, Act>;
	/** How it answers to a session that it does not know; by default 404, as the specification wants it. */
	refuseSession?: Act;
	tls?: TlsOptions;
}

export interface ScriptedServer extends AsyncDisposable {
	/** Of the endpoint. */
	readonly url: string;
	readonly origin: string;
	/** As in the script; a test may change both meanwhile. */
	readonly on: Record<string, Act>;
	readonly tools: Record<string, Act>;
	/** Every request so far, in order. */
	readonly requests: readonly ScriptedRequest[];
	/** Those of one label. */
	of(label: string): ScriptedRequest[];
	/** Resolves with the request of this label that has this number, counted from 1; rejects when it does not come. */
	reach(label: string, number?: number): Promise<ScriptedRequest>;
	/** From now on it knows none of the sessions so far. */
	forgetSessions(): void;
	/** Cuts all connections and listens no more. It keeps its sessions. */
	stop(): Promise<void>;
	start(): Promise<void>;
}

export async function startScripted(script: Script = {}): Promise<ScriptedServer> {
	const tools: Record<string, Act> = { echo: (call) => call.answer(String(call.args["text"])), ...script.tools };
	const on: Record<string, Act> = { ...script.on };
	const requests: ScriptedRequest[] = [];
	const watchers = new Set<() => void>();
	const sessions = new Set<string>();
	let opened = 0;

	const usual = (request: ScriptedRequest): void | Promise<void> => {
		const { label, message, sessionId } = request;
		if (label === "initialize") {
			const id = `session-${++opened}`;
			sessions.add(id);
			return respond(request, greeting, { "mcp-session-id": id });
		}
		if (sessionId === null || !sessions.has(sessionId)) return (script.refuseSession ?? refuseSession)(request);
		if (label === "DELETE") sessions.delete(sessionId);
		if (label === "GET") return request.respond(405);
		if (message?.id === undefined) return request.respond(label === "DELETE" ? 200 : 202);
		if (label === "tools/list") return respond(request, { tools: Object.keys(tools).map(describeTool) });
		const act = message.method === "tools/call" ? tools[label] : undefined;
		return act === undefined ? request.respond(500, `there is no ${label} here`) : act(request);
	};

	const server = await startRawHttp((exchange) => {
		const request = createRequest(exchange);
		requests.push(request);
		for (const watcher of watchers) watcher();
		return (on[request.label] ?? usual)(request);
	}, script.tls);
	const scheme = script.tls === undefined ? "http" : "https";
	const origin = `${scheme}://${script.tls === undefined ? "127.0.0.1" : "localhost"}:${server.port}`;

	const of = (label: string) => requests.filter((request) => request.label === label);

	return {
		url: `${origin}/mcp`,
		origin,
		on,
		tools,
		requests,
		of,
		reach: (label, number = 1) =>
			new Promise((resolve, reject) => {
				const fail = () => {
					watchers.delete(look);
					const seen = requests.map((request) => request.label).join(", ");
					reject(new Error(`no ${label} number ${number} within ${patienceMs} ms; there were: ${seen}`));
				};
				const timer = setTimeout(fail, patienceMs);
				const look = () => {
					const found = of(label)[number - 1];
					if (found === undefined) return;
					clearTimeout(timer);
					watchers.delete(look);
					resolve(found);
				};
				watchers.add(look);
				look();
			}),
		forgetSessions: () => sessions.clear(),
		stop: server.stop,
		start: server.start,
		[Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
	};
}

const greeting = {
	protocolVersion: "2025-11-25",
	capabilities: { tools: {} },
	serverInfo: { name: "scripted", version: "1.0.0" },
};

const describeTool = (name: string) => ({ name, description: `Does ${name}`, inputSchema: { type: "object" } });

function refuseSession(request: ScriptedRequest): void {
	request.respond(404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}', json);
}

const json = { "content-type": "application/json" };

function respond(request: ScriptedRequest, result: object, headers: Record<string, string> = {}): void {
	const text = JSON.stringify({ jsonrpc: "2.0", id: request.message?.id, result });
	request.respond(200, text, { ...json, ...headers });
}

function createRequest(exchange: Exchange): ScriptedRequest {
	const message = exchange.body === "" ? undefined : readMessage(exchange.body);
	const params = message?.params ?? {};
	const isCall = message?.method === "tools/call";
	const reply = (text: string) =>
		JSON.stringify({ jsonrpc: "2.0", id: message?.id, result: { content: [{ type: "text", text }] } });
	return {
		...exchange,
		label: isCall ? String(params["name"]) : (message?.method ?? exchange.method),
		message,
		sessionId: exchange.headers.get("mcp-session-id"),
		args: (isCall ? params["arguments"] : {}) as Record<string, unknown>,
		reply,
		progress(step: number) {
			const meta = params["_meta"] as { progressToken?: unknown } | undefined;
			if (meta?.progressToken === undefined) throw new Error("nobody asked for progress");
			const progress = { progressToken: meta.progressToken, progress: step };
			return JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: progress });
		},
		answer: (text: string) => exchange.respond(200, reply(text), json),
		stream: () => exchange.head(200, { "content-type": "text/event-stream" }),
		event(data: string, { id, event, retry }: { id?: string; event?: string; retry?: number } = {}) {
			const fields = Object.entries({ retry, id, event }).filter(([, value]) => value !== undefined);
			const lines = [...fields, ...data.split("\n").map((line) => ["data", line])];
			return exchange.write(`${lines.map(([name, value]) => `${name}: ${value}\n`).join("")}\n`);
		},
	};
}

function readMessage(body: string): Message | undefined {
	const value: unknown = JSON.parse(body);
	return isMessage(value) ? value : undefined;
}
