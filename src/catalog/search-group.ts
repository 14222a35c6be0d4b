/** What is searched, and what is found. */
import type { Tool } from "../protocol/mcp.ts";

export interface SearchGroup {
	readonly group: string;
	readonly description?: string;
	readonly tools: readonly Tool[];
}

export interface Hit {
	readonly group: string;
	readonly tool: Tool;
}
