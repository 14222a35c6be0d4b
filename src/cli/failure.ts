/** Says on stderr why the program ends. */
import { errorTrace, UserError } from "../base/errors.ts";

/** One readable message for what the person can change; a stack trace only for a fault of ours. */
export function describeFailure(error: unknown): string {
	if (error instanceof UserError) {
		return `dynamic-mcp: ${error.message}${error.hint === undefined ? "" : `\n${error.hint}`}`;
	}
	return `dynamic-mcp: internal error, please report it: ${errorTrace(error)}`;
}
