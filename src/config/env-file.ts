/** Reads the environment variables that a server's `envFile` holds. Loaded only when a server has one. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { UserError } from "../base/errors.ts";

/** `NAME=value` lines as in every `.env` file; nothing is filled in. Throws a `UserError` that shows no value. */
export function readEnvFile(path: string): Record<string, string> {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw unreadable(path, error);
	}
	return parseEnv(text.replace(/^\uFEFF/, "")) as Record<string, string>;
}

function unreadable(path: string, cause: unknown): UserError {
	const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
	switch (code) {
		case "ENOENT":
		case "ENOTDIR":
			return new UserError(`there is no envFile at ${path}`, {
				cause,
				hint: 'Create it, or correct "envFile" in the config.',
			});
		case "EISDIR":
			return new UserError(`the envFile ${path} is a folder`, { cause, hint: "Name the file in it." });
		case "EACCES":
		case "EPERM":
			return new UserError(`no permission to read the envFile ${path}`, {
				cause,
				hint: "Make the file readable for you.",
			});
		default:
			return new UserError(`cannot read the envFile ${path}: ${code}`, {
				cause,
				hint: 'Correct "envFile" in the config.',
			});
	}
}
