/** Prints what a command says: what was asked for on stdout, everything else on stderr. */
import { hasCode, UserError } from "../../base/errors.ts";

/** Ends with a line break, if it has none. */
export async function printOut(text: string): Promise<void> {
	await write(Bun.stdout, text.endsWith("\n") ? text : `${text}\n`);
}

/** As they are. */
export function printBytes(bytes: Uint8Array): Promise<void> {
	return write(Bun.stdout, bytes);
}

/** As `printOut`, on stderr; nothing at all for an empty text. */
export async function printError(text: string): Promise<void> {
	if (text !== "") await write(Bun.stderr, text.endsWith("\n") ? text : `${text}\n`);
}

/** One document, indented, for `--json`. */
export function printJson(value: unknown): Promise<void> {
	return printOut(JSON.stringify(value, undefined, 2));
}

/** Whoever has closed the pipe, as `head` does, has read enough. */
async function write(file: Bun.BunFile, content: string | Uint8Array): Promise<void> {
	try {
		await Bun.write(file, content);
	} catch (error) {
		if (hasCode(error, "EPIPE")) return;
		if (!(error instanceof Error && "code" in error)) throw error;
		throw new UserError(`what is to be printed cannot be written: ${error.message}`, { cause: error });
	}
}
