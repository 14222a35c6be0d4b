/** Whether a file or folder is its owner's alone. Pure. */
import { UserError } from "../base/errors.ts";
import { shellWord } from "../base/text.ts";

export interface Facts {
	readonly mode: number;
	readonly uid: number;
}

export interface Looseness {
	readonly error: UserError;
	/** It is this user's, and others can look at it but not change it. */
	readonly isReadableOnly: boolean;
}

/** Group and others. */
const othersMask = 0o077;
const othersWriteMask = 0o022;

/** Undefined when all is well. Windows has no modes; it keeps a profile's files to their owner by other means. */
export function loosenessOf(
	what: "file" | "folder",
	path: string,
	{ mode, uid }: Facts,
	/** Who this process is; undefined on Windows. */
	own: number | undefined,
): Looseness | undefined {
	if (own === undefined) return undefined;
	if (uid !== own) return { error: foreign(what, path, uid, own), isReadableOnly: false };
	if ((mode & othersMask) === 0) return undefined;
	const isReadableOnly = (mode & othersWriteMask) === 0;
	const digits = (mode & 0o777).toString(8).padStart(4, "0");
	const can = isReadableOnly ? "can be read by others" : "can be changed by others";
	const error = new UserError(`the ${what} ${path} ${can}: its mode is ${digits}, so no sign-in in it is used`, {
		hint: `Run: chmod ${what === "file" ? "600" : "700"} ${shellWord(path)}`,
	});
	return { error, isReadableOnly };
}

function foreign(what: "file" | "folder", path: string, uid: number, own: number): UserError {
	const remedy =
		what === "file"
			? `Remove it and sign in anew: rm -f ${shellWord(path)}`
			: `If it is yours, run: sudo chown -R ${own} ${shellWord(path)}`;
	return new UserError(`the ${what} ${path} belongs to another user (${uid}; you are ${own}), so it is not used`, {
		hint: remedy,
	});
}
