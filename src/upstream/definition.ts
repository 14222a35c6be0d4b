/** What a group's life is made of: types only. */
import type { Clock } from "../base/clock.ts";
import type { UpstreamPhase } from "../base/errors.ts";
import type { Emit } from "../observe/events.ts";
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Notification, Request } from "../protocol/jsonrpc.ts";
import type { Link } from "../protocol/link.ts";
import type { Implementation } from "../protocol/mcp.ts";

/** What the config says of a group's server. */
export interface GroupDefinition {
	readonly name: string;
	/** For the whole start: process and handshake. */
	readonly connectTimeoutMs: number;
	/** How long the server runs on without a request; 0 for ever. */
	readonly idleTimeoutMs: number;
	/** Not a process of ours. */
	readonly isRemote: boolean;
	/** Started at once, and never put to rest. */
	readonly isEager: boolean;
	/**
	 * Finds out how the transport is to be opened, and returns what opens it. Either may fail with `UpstreamError`.
	 * In two steps, because looking for a command may take a while and a channel must be there at once.
	 */
	readonly prepare: () => Promise<(receive: Receive) => Channel>;
}

/** How a start has ended, or the run of a server that was not told to end. */
export type Outcome =
	| { readonly kind: "ready"; readonly tookMs: number }
	/** Undefined phase: a fault of ours. */
	| { readonly kind: "failed"; readonly phase: UpstreamPhase | undefined; readonly problem: string };

/** What groups share. */
export interface GroupParts {
	readonly clock: Clock;
	readonly emit: Emit;
	readonly clientInfo: Implementation;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Takes secrets out of what is told of a failure. */
	readonly redact: (text: string) => string;
	readonly onOutcome: (group: string, outcome: Outcome) => void;
	readonly onReady: (group: string, connection: Connection) => void;
	readonly onNotification: (group: string, link: Link, notification: Notification) => void | Promise<void>;
	/** What a server asks of us, `ping` excepted. It must end in exactly one answer. */
	readonly onRequest: (group: string, link: Link, request: Request) => void | Promise<void>;
	/** JSON text of the capabilities that servers are offered, known once there is a client. */
	readonly capabilities: () => Promise<string>;
	/** Whether the server must run, although nobody waits for it. */
	readonly isNeeded: (group: string) => boolean;
}
