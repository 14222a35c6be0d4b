/** Every client whose config we know. */
import { UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { amazonq } from "./amazonq.ts";
import { amp } from "./amp.ts";
import { antigravity } from "./antigravity.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import { claude } from "./claude.ts";
import { cline } from "./cline.ts";
import { codex } from "./codex.ts";
import { continueDev } from "./continue.ts";
import { copilot } from "./copilot.ts";
import { crush } from "./crush.ts";
import { cursor } from "./cursor.ts";
import { droid } from "./droid.ts";
import { gemini } from "./gemini.ts";
import { goose } from "./goose.ts";
import { junie } from "./junie.ts";
import { kilocode } from "./kilocode.ts";
import { kiro } from "./kiro.ts";
import { lmstudio } from "./lmstudio.ts";
import { opencode } from "./opencode.ts";
import { qwen } from "./qwen.ts";
import { roo } from "./roo.ts";
import { trae } from "./trae.ts";
import type { Client } from "./types.ts";
import { visualstudio } from "./visualstudio.ts";
import { vscode } from "./vscode.ts";
import { warp } from "./warp.ts";
import { windsurf } from "./windsurf.ts";
import { zed } from "./zed.ts";

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
	windsurf,
	zed,
	continueDev,
	goose,
	amp,
	warp,
	lmstudio,
	junie,
	copilot,
	qwen,
	crush,
	kiro,
	amazonq,
	droid,
	visualstudio,
	roo,
	trae,
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
