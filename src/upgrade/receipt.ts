/** The receipt that an installer leaves in `~/.dynamic-mcp`: what it put where, and from where it had it. */
import { join } from "node:path";

import { errorText, UserError } from "../base/errors.ts";
import { readFileIfThere, writeFileAtomically } from "../base/files.ts";
import { isObject } from "../base/objects.ts";

export interface Receipt {
	/** Which installer: `install.sh` or `install.ps1`. */
	readonly method: string;
	readonly version: string;
	/** As in the names of the release's archives: `linux-x86_64`. */
	readonly target: string;
	/** Of the executable, absolute. */
	readonly path: string;
	/** Under which the releases are. Older installers may not have noted it. */
	readonly baseUrl: string | undefined;
}

export function receiptPath(home: string): string {
	return join(home, ".dynamic-mcp", "install.json");
}

/** Undefined when no installer has been at work. Throws `UserError` for a receipt that cannot be read. */
export async function readReceipt(path: string): Promise<Receipt | undefined> {
	let text: string | undefined;
	try {
		text = await readFileIfThere(path);
	} catch (error) {
		throw unreadable(path, errorText(error), error);
	}
	if (text === undefined) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw unreadable(path, "it is not JSON", error);
	}
	return parseReceipt(value, path);
}

function parseReceipt(value: unknown, file: string): Receipt {
	if (!isObject(value)) throw unreadable(file, "it is not a JSON object");
	const { method, version, target, path, baseUrl } = value;
	for (const [name, field] of Object.entries({ method, version, target, path, baseUrl: baseUrl ?? "" })) {
		if (typeof field !== "string")
			throw unreadable(file, `"${name}" is ${field === undefined ? "missing" : "no text"}`);
	}
	// Each is a string: that has just been checked.
	return { method, version, target, path, baseUrl } as Receipt;
}

/** On one line, as `install.sh` writes it and reads it without a JSON parser. */
export async function writeReceipt(path: string, receipt: Receipt): Promise<void> {
	await writeFileAtomically(path, `${JSON.stringify(receipt)}\n`, { mode: 0o600 });
}

function unreadable(path: string, found: string, cause?: unknown): UserError {
	const hint = "Run the installer again, which writes it anew.";
	return new UserError(`cannot read the installer's receipt ${path}: ${found}`, { cause, hint });
}
