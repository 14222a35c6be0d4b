/** Options that several commands share. */
import { UserError } from "../../base/errors.ts";

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

/** The file to write into. Throws `UserError` when there would be nothing to write: `--json` prints all of a result. */
export function outputOf({
	output,
	json,
}: {
	output?: string | undefined;
	json?: boolean | undefined;
}): string | undefined {
	if (output === undefined || json !== true) return output;
	throw new UserError("--output has nothing to write with --json, which prints the whole result", {
		hint: "Leave out one of the two.",
	});
}
