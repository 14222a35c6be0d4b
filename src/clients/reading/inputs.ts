/** What Visual Studio and VS Code ask the person for. Pure. */
import { isObject } from "../../base/objects.ts";

/** Ids and descriptions, from the top of the file or, in VS Code's older settings, from `mcp`. */
export function inputsIn(document: unknown): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	if (!isObject(document)) return found;
	const older = isObject(document["mcp"]) ? document["mcp"]["inputs"] : undefined;
	for (const input of [document["inputs"], older].flat()) {
		if (!isObject(input)) continue;
		const { id, description } = input;
		if (typeof id === "string" && typeof description === "string") found.set(id, description);
	}
	return found;
}
