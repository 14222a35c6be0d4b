/**
 * Puts an MCP server that speaks on stdin and stdout at a URL: `bun bridge.ts <command> [argument …]`. Each HTTP session
 * starts the command, and ends it. Messages are carried as the JSON values they are, if not to the last digit. The first
 * line on stdout is the port. With `CALLED_GROUP` in the environment calls of tools are made calls of `call_dynamic_tool`.
 */
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

import { serveSessions, type Session } from "../fixtures/conformance/sessions.ts";
import { reportProblem } from "../fixtures/http/report.ts";
import { createLineCutter } from "../helpers/lines.ts";
import type { Message } from "../helpers/messages.ts";
import { createRequestsInFlight } from "./requests-in-flight.ts";

/** Time for a process to stop what it has started itself, once its stdin has ended. */
const graceMs = 5_000;

const command = process.argv.slice(2);
const called = process.env["CALLED_GROUP"];
serveSessions(0, (session) => startProcess(session, command));

/** Carries every message between the session's client and a process of its own, and changes none. */
async function startProcess({ transport, listening }: Session, command: readonly string[]): Promise<void> {
	const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
	const inFlight = createRequestsInFlight();

	const toClient = async (message: Message) => {
		const request = inFlight.requestOf(message);
		inFlight.noteFromServer(message);
		// Whether it is a message of the protocol is for the client to find out.
		const wire = message as JSONRPCMessage;
		if (request !== undefined) await transport.send(wire, { relatedRequestId: request });
		// Not awaited: a reply must not wait for a stream that the client may never open.
		else void listening.then(() => transport.send(wire)).catch(reportProblem);
	};

	const carryOutput = async () => {
		const lines: Uint8Array[] = [];
		const cutter = createLineCutter((line) => lines.push(line));
		for await (const chunk of child.stdout) {
			cutter.push(chunk);
			for (const line of lines.splice(0)) await toClient(JSON.parse(new TextDecoder().decode(line)) as Message);
		}
		const code = await child.exited;
		throw new Error(`the process has ended with ${child.signalCode ?? code}`);
	};

	const toProcess = async (message: Message) => {
		inFlight.noteFromClient(message);
		await child.stdin.write(`${JSON.stringify(called === undefined ? message : calledThrough(called, message))}\n`);
		await child.stdin.flush();
	};

	let isOver = false;
	const endProcess = async () => {
		isOver = true;
		const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
		await child.stdin.end();
		await child.exited;
		clearTimeout(timer);
	};

	const giveUp = async (error: Error) => {
		if (isOver) return;
		reportProblem(error);
		// The client learns why it gets no reply, instead of waiting for one.
		const reason = { code: -32_000, message: error.message };
		for (const id of inFlight.ids()) await toClient({ jsonrpc: "2.0", id, error: reason });
		await transport.close();
	};

	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
	transport.onmessage = (message) => void toProcess(message as Message).catch(reportProblem);
	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- nor here
	transport.onclose = () => void endProcess().catch(reportProblem);
	void carryOutput().catch(giveUp).catch(reportProblem);
}

/** The call of a tool as a model would make it that knows the tool from `get_dynamic_tools`. */
function calledThrough(group: string, message: Message): Message {
	const { method, params } = message;
	if (method !== "tools/call" || params === undefined) return message;
	const { name, arguments: args, ...more } = params;
	return { ...message, params: { ...more, name: "call_dynamic_tool", arguments: { group, name, args } } };
}
