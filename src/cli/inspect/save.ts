/** Writes what a server sent into the file that a person has named. */
import { realpath, stat } from "node:fs/promises";
import { dirname, extname } from "node:path";

import { errorText, UserError } from "../../base/errors.ts";
import { writeFileAtomically } from "../../base/files.ts";

/** Throws `UserError` when nothing can be written there: before a server has done anything for it. */
export async function checkOutput(path: string): Promise<void> {
	if (path === "") throw new UserError("--output needs the name of a file");
	const found = await stat(path).catch(() => undefined);
	if (found?.isDirectory() === true)
		throw new UserError(`--output: ${path} is a folder`, { hint: "Name a file in it." });
	const folder = await stat(dirname(path)).catch(() => undefined);
	if (folder?.isDirectory() !== true) throw new UserError(`--output: there is no folder ${dirname(path)}`);
}

/** Devices and pipes are written to, every other file is put in place in one step: that which a link leads to, if it is one. */
export async function saveAs(named: string, content: string | Uint8Array): Promise<void> {
	const found = await stat(named).catch(() => undefined);
	const path = found?.isFile() === true ? await realpath(named) : named;
	try {
		if (found !== undefined && !found.isFile()) await Bun.write(path, content);
		else await writeFileAtomically(path, content, { mode: found === undefined ? 0o666 : found.mode & 0o777 });
	} catch (cause) {
		const problem = errorText(cause);
		throw new UserError(`--output: ${path} cannot be written: ${problem}`, { cause });
	}
}

/** `shot.png`, `shot-2.png`, `shot-3.png`. */
export function numbered(path: string, index: number): string {
	if (index === 0) return path;
	const extension = extname(path);
	return `${path.slice(0, path.length - extension.length)}-${index + 1}${extension}`;
}
