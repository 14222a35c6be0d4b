/** What the relay works with, given to it by `cli/compose.ts`: it starts no process and reads no file itself. */
import type { Clock } from "../base/clock.ts";
import type { Catalogs } from "../catalog/catalogs.ts";
import type { Problem } from "../catalog/check-arguments.ts";
import type { Emit } from "../observe/events.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Implementation, Tool } from "../protocol/mcp.ts";

export interface RelayParts {
	/** The group's connection, if it is running. */
	readonly running: (group: string) => Connection | undefined;
	/** The group's connection, started when it is not running. Rejects with `UpstreamError`. */
	readonly open: (group: string) => Promise<Connection>;
	readonly catalogs: Catalogs;
	/** What there is to say of the group's server, in a few words; undefined when all is well. */
	readonly describeState: (group: string) => string | undefined;
	/** A client has been told which groups there are. */
	readonly onListed: () => void;
	/** What is wrong with the arguments; nothing when they fit. */
	readonly checkArguments: (tool: Tool, args: Record<string, unknown>) => readonly Problem[];
	readonly serverInfo: Implementation;
	readonly clock: Clock;
	readonly emit: Emit;
}
