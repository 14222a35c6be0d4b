/** A pool of one group on memory channels, with every start of it in the test's hands. */
import type { Event } from "../../src/observe/events.ts";
import type { Channel, Receive } from "../../src/protocol/channel.ts";
import type { GroupDefinition, GroupParts, Outcome } from "../../src/upstream/definition.ts";
import { createPool } from "../../src/upstream/pool.ts";
import { createFakeClock } from "./fake-clock.ts";
import { joinChannels, type MemoryPair, type MemoryPeer, openMemoryPeer, quiet } from "./memory-channel.ts";

interface Start {
	readonly pair: MemoryPair;
	readonly server: MemoryPeer;
	/** Answers `initialize`. */
	greet(protocolVersion?: string): void;
}

/** A pool of the group `git`, with every start of it in the test's hands. */
export function createPooled(
	open?: (receive: Receive, pair: MemoryPair) => Channel,
	more: Partial<GroupDefinition> = {},
	parts: Partial<GroupParts> = {},
) {
	const clock = createFakeClock();
	const events: Event[] = [];
	const starts: Start[] = [];
	const notified: string[] = [];
	const readied: string[] = [];
	const outcomes: Outcome[] = [];
	const git: GroupDefinition = {
		name: "git",
		connectTimeoutMs: 1_000,
		idleTimeoutMs: 5_000,
		isRemote: false,
		isEager: false,
		prepare: () =>
			Promise.resolve((receive) => {
				const pair = joinChannels();
				const server = openMemoryPeer(pair, "right");
				const greet = (protocolVersion = "2025-11-25") => server.send({ id: 1, result: { protocolVersion } });
				starts.push({ pair, server, greet });
				return open === undefined ? pair.left.open(receive) : open(receive, pair);
			}),
		...more,
	};
	const pool = createPool([git], {
		redact: (text) => text.replaceAll("secret", "[redacted]"),
		clock,
		random: () => 0.5,
		emit: (event) => events.push(event),
		clientInfo: { name: "dynamic-mcp", version: "2.0.0" },
		onOutcome: (_, outcome) => void outcomes.push(outcome),
		onReady: (group) => void readied.push(group),
		onRequest: (_, link, { id, method }) => link.refuse(id, { code: -32601, message: `Method not found: ${method}` }),
		capabilities: () => Promise.resolve("{}"),
		isNeeded: () => false,
		onNotification: (group, _, { method }) => void notified.push(`${group} ${method}`),
		...parts,
	});
	const kinds = () => events.map(({ kind }) => kind);
	/** Lets the `index`th start of the group succeed. */
	const greet = async (index: number, version?: string) => {
		await quiet();
		starts[index]?.greet(version);
	};
	return { clock, events, git, greet, kinds, notified, outcomes, pool, readied, starts };
}

export const failure = (promise: Promise<unknown>) =>
	promise.then(
		() => "no failure",
		(error: unknown) => error,
	);
export const exited = { kind: "ended", detail: "it exited with code 3", lastWords: ["fatal: no license"] } as const;
