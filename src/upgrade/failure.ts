/** Puts into words why the new program could not be put in its place. */
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";

import { UserError } from "../base/errors.ts";

/** What the system said, as something that the person can act on. What is no failure of the system's is passed on as it is. */
export async function explainFailure(error: unknown, folder: string, installLine: string): Promise<unknown> {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	switch (code) {
		case "EACCES":
		case "EPERM":
			return new UserError(`you may not write to ${folder}${await describeOwner(folder)}`, {
				cause: error,
				hint: `Nothing has been changed. Have the folder's owner give you the right, or install into a folder of yours:\n  ${installLine}`,
			});
		case "EROFS":
			return new UserError(`${folder} is on a disk that cannot be written to`, {
				cause: error,
				hint: `Nothing has been changed. Install into another folder (DYNAMIC_MCP_INSTALL_DIR names it):\n  ${installLine}`,
			});
		case "ENOSPC":
		case "EDQUOT":
			return new UserError(`there is no room left on the disk of ${folder}`, {
				cause: error,
				hint: "Nothing has been changed. Make room for about 150 MB, and try again.",
			});
		case "EBUSY":
			return new UserError(`another program is using the files in ${folder}`, {
				cause: error,
				hint: "Nothing has been changed. Close your clients, and try again.",
			});
		default:
			if (!(error instanceof Error && "syscall" in error)) return error;
			return new UserError(`could not put the new version into ${folder}: ${error.message}`, {
				cause: error,
				hint: "Nothing has been changed.",
			});
	}
}

/** Windows tells owners by other means; there it says nothing. */
async function describeOwner(folder: string): Promise<string> {
	const owner = await stat(folder).catch(() => undefined);
	const own = process.getuid?.();
	if (owner === undefined || own === undefined) return "";
	if (owner.uid === own) return ": it is yours, but write-protected";
	const who = owner.uid === 0 ? "root" : `the user with the id ${owner.uid}`;
	return `: it belongs to ${who}, and you are ${userInfo().username}`;
}
