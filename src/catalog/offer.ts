/** All that a server has told about itself. Types only. */
import type { Connection } from "../protocol/connection.ts";
import type { Tool } from "../protocol/mcp.ts";

/** Every item is kept as the server sent it; of tools, only those with a name, and each name once. */
export interface Offer {
	readonly tools: readonly Tool[];
	/** Empty when the server has none; undefined when it is not known, because the server did not answer as it should. */
	readonly prompts: readonly unknown[] | undefined;
	/** As `prompts`. */
	readonly resources: readonly unknown[] | undefined;
	/** As `prompts`. */
	readonly resourceTemplates: readonly unknown[] | undefined;
	readonly instructions: string | undefined;
	readonly serverInfo: unknown;
	readonly protocolVersion: string;
	readonly capabilities: Connection["capabilities"];
}
