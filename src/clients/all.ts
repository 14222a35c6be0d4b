import { UserError } from "../base/errors.ts";
/** Every client whose config we know. */
import { nearest } from "../base/nearest.ts";
import { antigravity } from "./antigravity.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import { claude } from "./claude.ts";
import { cline } from "./cline.ts";
import { codex } from "./codex.ts";
import { cursor } from "./cursor.ts";
import { gemini } from "./gemini.ts";
import { kilocode } from "./kilocode.ts";
import { opencode } from "./opencode.ts";
import type { Client } from "./types.ts";
import { vscode } from "./vscode.ts";

/** In the order that they are shown in. */
export const clients: readonly Client[] = [
	claude,
	claudeDesktop,
	cursor,
	vscode,
	codex,
	gemini,
	antigravity,
	opencode,
	kilocode,
	cline,
];

/** By its id or another of its names, however it is written. Throws a `UserError` with the nearest names, or all of them. */
export function findClient(name: string): Client {
	const wanted = simplify(name);
	const found = clients.find(({ id, title, aliases }) =>
		[id, title, ...aliases].some((each) => simplify(each) === wanted),
	);
	if (found !== undefined) return found;
	const near = nearest(
		name,
		clients.flatMap(({ id, aliases }) => [id, ...aliases]),
	);
	throw new UserError(`there is no client ${JSON.stringify(name)} that we know`, {
		hint:
			near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Known are ${clients.map(({ id }) => id).join(", ")}.`,
	});
}

function simplify(name: string): string {
	return name.toLowerCase().replaceAll(/[\s_]+/g, "-");
}
