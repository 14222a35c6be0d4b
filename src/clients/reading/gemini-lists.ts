/** The lists by which Gemini CLI, and what is made from it, switch servers on and off. Pure. */
import type { Source } from "./draft.ts";
import { namesAt } from "./family.ts";

/** `mcp.excluded` holds it, or `mcp.allowed` has others alone. */
export function isOffByLists({ name, document }: Source): boolean {
	const allowed = namesAt(document, "mcp", "allowed");
	return namesAt(document, "mcp", "excluded").has(name) || (allowed.size > 0 && !allowed.has(name));
}
