/** The few MCP shapes we read. What is not listed here passes through as it came. */

/** A tool as an upstream lists it: unknown fields stay. */
export interface Tool {
	readonly name: string;
	readonly title?: string;
	readonly description?: string;
	readonly inputSchema: unknown;
	readonly outputSchema?: unknown;
	readonly annotations?: { readonly [hint: string]: unknown };
	readonly [field: string]: unknown;
}

/** Revisions with `initialize`, newest first: https://modelcontextprotocol.io/specification/versioning */
export const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

export const newestVersion = protocolVersions[0];

export function isKnownVersion(version: unknown): version is string {
	return (protocolVersions as readonly unknown[]).includes(version);
}

/** Batches came with JSON-RPC and were taken out in 2025-06-18, so only the older revisions have them. */
export function hasBatches(version: string): boolean {
	return version === "2024-11-05" || version === "2025-03-26";
}

export const methods = {
	initialize: "initialize",
	initialized: "notifications/initialized",
	ping: "ping",
	cancelled: "notifications/cancelled",
	progress: "notifications/progress",
	toolsList: "tools/list",
	toolsCall: "tools/call",
	promptsList: "prompts/list",
	resourcesList: "resources/list",
	resourceTemplatesList: "resources/templates/list",
	toolsListChanged: "notifications/tools/list_changed",
} as const;

export interface Implementation {
	readonly name: string;
	readonly version: string;
}
