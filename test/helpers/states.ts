/** What a model reads of a group's state. */
import { eventually } from "./eventually.ts";
import { goodTextOf } from "./messages.ts";
import type { Proxy } from "./proxy.ts";

/** What stands in brackets at the end of the group's line in `get_dynamic_tools {}`; empty when nothing does. */
export async function stateOf(proxy: Proxy, group: string): Promise<string> {
	const text = goodTextOf(await proxy.discover());
	const line = text.split("\n").find((line) => line.startsWith(`- ${group}`) || line.startsWith(group));
	if (line === undefined) throw new Error(`no line for the group ${group}:\n${text}`);
	return /\((.*)\)$/.exec(line)?.[1] ?? "";
}

/** Resolves with the state of the group when it fits. */
export function reachState(proxy: Proxy, group: string, wanted: RegExp): Promise<string> {
	return eventually(
		() => stateOf(proxy, group),
		(state) => wanted.test(state),
	);
}
