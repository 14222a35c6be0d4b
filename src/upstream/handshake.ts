/** Shakes hands with a server of the 2025 era: `initialize`, then `notifications/initialized`. */
import { UpstreamError, type UpstreamPhase } from "../base/errors.ts";
import { isObject } from "../base/objects.ts";
import type { Remedy } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Reply } from "../protocol/jsonrpc.ts";
import { ask, type Link } from "../protocol/link.ts";
import { type Implementation, isKnownVersion, methods, newestVersion, protocolVersions } from "../protocol/mcp.ts";

export interface HandshakeOptions {
	readonly group: string;
	readonly clientInfo: Implementation;
	/** JSON text. */
	readonly capabilities: string;
	/** What is left of the time for the whole start. */
	readonly timeoutMs: number;
	/** The time for the whole start, which is what an error names. */
	readonly limitMs: number;
}

/** What a server says of itself. */
export type Greeting = Omit<Connection, "link" | "isRemote">;

/** Throws `UpstreamError`, in phase `handshake` when the server is silent, declines, or speaks another language. */
export async function shakeHands(
	link: Link,
	{ group, clientInfo, capabilities, timeoutMs, limitMs }: HandshakeOptions,
): Promise<Greeting> {
	const params = `{"protocolVersion":"${newestVersion}","capabilities":${capabilities},"clientInfo":${JSON.stringify(clientInfo)}}`;
	const outcome = await ask(link, { method: methods.initialize, params, timeoutMs });
	switch (outcome.kind) {
		case "reply": {
			const greeting = readGreeting(group, outcome.reply);
			void link.notify(methods.initialized);
			return greeting;
		}
		case "timeout":
			throw new UpstreamError(group, "handshake", describeSilence(limitMs, outcome.soFar));
		case "closed":
			throw new UpstreamError(group, "exit", `it ended before it had answered initialize: ${outcome.reason.detail}`);
		case "unanswered":
			throw new UpstreamError(group, phases[outcome.remedy], outcome.problem);
		case "cancelled":
			throw new UpstreamError(group, "handshake", `cancelled: ${outcome.reason}`);
		default:
			return outcome satisfies never;
	}
}

const phases: Readonly<Record<Remedy, UpstreamPhase>> = {
	repeat: "connect",
	wait: "connect",
	"sign in": "sign-in",
	change: "refused",
};

function describeSilence(limitMs: number, soFar: string | undefined): string {
	return `no answer to initialize within ${limitMs / 1000} s (timeout.connect${soFar === undefined ? "" : `; ${soFar}`})`;
}

function readGreeting(group: string, { result, error }: Reply): Greeting {
	if (error !== undefined) {
		throw new UpstreamError(group, "handshake", `it refused initialize: ${error.message} (${error.code})`);
	}
	if (!isObject(result)) throw new UpstreamError(group, "handshake", "its answer to initialize is not an object");
	const { protocolVersion, capabilities, serverInfo, instructions } = result;
	if (!isKnownVersion(protocolVersion)) {
		const found = JSON.stringify(protocolVersion) ?? "no version";
		const known = protocolVersions.join(", ");
		throw new UpstreamError(group, "handshake", `it speaks protocol version ${found}; known are ${known}`);
	}
	return {
		protocolVersion,
		capabilities: isObject(capabilities) ? capabilities : {},
		serverInfo,
		instructions: typeof instructions === "string" ? instructions : undefined,
	};
}
