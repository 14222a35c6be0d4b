/** What the relay works with, given to it by `cli/compose.ts`: it starts no process and reads no file itself. */
import type { Tally } from "../accounting/counts.ts";
import type { Clock } from "../base/clock.ts";
import type { Catalogs } from "../catalog/catalogs.ts";
import type { Problem } from "../catalog/check-arguments.ts";
import type { Search } from "../catalog/search.ts";
import type { Emit } from "../observe/events.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Link } from "../protocol/link.ts";
import type { Implementation, Tool } from "../protocol/mcp.ts";
import type { Caller } from "./caller.ts";
import type { Callers } from "./callers.ts";
import type { ResultStore } from "./results/store.ts";
import type { Session } from "./session.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The parts, and what the relay itself keeps for all clients together. */
export interface RelayState extends RelayParts {
	readonly callers: Callers;
	readonly sessions: () => Iterable<Session>;
	readonly subscriptions: Subscriptions;
	readonly search: Search;
	/** The server on this link cannot be reached: what it has asked of clients is over, if nobody waits for it. */
	readonly abandon: (link: Link) => void;
}

export interface RelayParts {
	/** The group's connection, if it is running. */
	readonly running: (group: string) => Connection | undefined;
	/**
	 * The group's connection, started when it is not running. Rejects with `UpstreamError`. Where somebody has to sign in
	 * first, that is seen to for a caller, who waits for it for a while; without one nobody is troubled.
	 */
	readonly open: (group: string, caller?: Caller) => Promise<Connection>;
	readonly catalogs: Catalogs;
	/** What there is to say of the group's server, in a few words; undefined when all is well. */
	readonly describeState: (group: string) => string | undefined;
	/** The most bytes of an answer of `get_dynamic_tools` that is about no group in particular; 0 is no limit. */
	readonly discoveryBudget: () => number;
	/** A client has shaken hands; the JSON text of its capabilities. */
	readonly onInitialized: (capabilities: string) => void;
	/** A client has been told which groups there are. */
	readonly onListed: () => void;
	/** What is wrong with the arguments; nothing when they fit. */
	readonly checkArguments: (tool: Tool, args: Record<string, unknown>) => readonly Problem[];
	/** With `expose: "auto"`: below how many tokens of definitions tools are exposed; when left out, none are. */
	readonly autoThreshold?: () => number;
	/** For one more session; undefined when nothing is to be counted. */
	readonly openTally?: () => Tally | undefined;
	/** Where what the model does not get at once is kept. */
	readonly results: ResultStore;
	readonly serverInfo: Implementation;
	readonly clock: Clock;
	readonly emit: Emit;
}
