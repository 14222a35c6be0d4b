/** Makes paths whole that a client reads from the folder of the project: our config is for all of them. Pure. */
import { posix, win32 } from "node:path";

import type { EntryDraft, Source } from "./draft.ts";

/** In a project's file paths start there; in a file for all projects they start wherever the client was started. */
export function settlePaths(draft: EntryDraft, { place, machine }: Source): void {
	const { fields, warn, lossy } = draft;
	const path = machine.platform === "win32" ? win32 : posix;
	const isRelative = (text: string) => !path.isAbsolute(text) && !/^(?:~|\$\{)/.test(text);
	const relative = (field: string): string | undefined => {
		const text = fields.get(field);
		return typeof text === "string" && text !== "" && isRelative(text) ? text : undefined;
	};
	const command = relative("command");
	const isFile = command !== undefined && /[\\/]/.test(command);
	const [cwd, envFile] = [relative("cwd"), relative("envFile")];
	if (place.scope === "global") {
		if (isFile) lossy.push("command: the path is kept, but starts in the folder that dynamic-mcp is started in");
		if (cwd !== undefined) lossy.push("cwd: the path is kept, but starts in the folder that dynamic-mcp is started in");
		if (envFile !== undefined) {
			fields.delete("envFile");
			warn("envFile", "where its path starts is not known; write it as a whole");
		}
		return;
	}
	const whole = (text: string) => path.resolve(machine.project, text);
	if (cwd !== undefined) fields.set("cwd", whole(cwd));
	if (envFile !== undefined) fields.set("envFile", whole(envFile));
	if (isFile) fields.set("command", whole(command));
	const args = fields.get("args");
	const needsFolder = Array.isArray(args) && args.some((each) => typeof each === "string" && isPathFromHere(each));
	if (needsFolder && !fields.has("cwd")) fields.set("cwd", machine.project);
}

/** `.`, `./data`, `..\data`, `build/server.js`: what only makes sense in the folder that it was written for. */
function isPathFromHere(text: string): boolean {
	if (/^\.{1,2}(?:$|[\\/])/.test(text)) return true;
	return /^\w[\w./\\-]*\.(?:[cm]?[jt]s|py|rb|sh|jar|dll|db|sqlite)$/.test(text);
}
