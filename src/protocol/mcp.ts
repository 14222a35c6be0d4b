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

/** Tasks came with 2025-11-25. */
export function hasTasks(version: string): boolean {
	return version === "2025-11-25";
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
	promptsGet: "prompts/get",
	resourcesList: "resources/list",
	resourceTemplatesList: "resources/templates/list",
	resourcesRead: "resources/read",
	subscribe: "resources/subscribe",
	unsubscribe: "resources/unsubscribe",
	complete: "completion/complete",
	setLevel: "logging/setLevel",
	sample: "sampling/createMessage",
	elicit: "elicitation/create",
	rootsList: "roots/list",
	tasksGet: "tasks/get",
	tasksResult: "tasks/result",
	tasksCancel: "tasks/cancel",
	tasksList: "tasks/list",
	logMessage: "notifications/message",
	resourceUpdated: "notifications/resources/updated",
	toolsListChanged: "notifications/tools/list_changed",
	promptsListChanged: "notifications/prompts/list_changed",
	resourcesListChanged: "notifications/resources/list_changed",
	rootsListChanged: "notifications/roots/list_changed",
	elicitationComplete: "notifications/elicitation/complete",
	taskStatus: "notifications/tasks/status",
} as const;

/** From the most talkative to the quietest: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging */
export const logLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;

export interface Implementation {
	readonly name: string;
	readonly version: string;
}
