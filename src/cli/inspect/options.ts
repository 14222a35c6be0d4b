/** Options that several commands share. */

export const configOption = {
	type: "string",
	valueHint: "file",
	description: "The config file. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
} as const;

export const jsonOption = { type: "boolean", description: "Print one JSON document, for programs" } as const;

export const outputOption = {
	type: "string",
	alias: "o",
	valueHint: "file",
	description: "Write what is no text into this file; when all is text, the text",
} as const;
