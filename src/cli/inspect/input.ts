/** Reads `--args`: JSON as it is, from a file, or from stdin. */
import { errorText, UserError } from "../../base/errors.ts";
import { isObject } from "../../base/objects.ts";

/** The text of a JSON object. Throws `UserError` when there is none. */
export async function readJsonOption(written: string): Promise<string> {
	const [text, from] = await textOf(written);
	const json = text.replace(/^\uFEFF/, "");
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch (cause) {
		const problem = cause instanceof Error ? cause.message.replace(/^JSON Parse error: /, "") : String(cause);
		throw new UserError(`${from} is not JSON: ${problem}`, { cause, hint: 'Write an object, like {"path":"/tmp"}.' });
	}
	if (isObject(value)) return json;
	throw new UserError(`${from} is no JSON object`, { hint: 'Write one like {"path":"/tmp"}.' });
}

async function textOf(written: string): Promise<[text: string, from: string]> {
	if (written === "-") return [await Bun.stdin.text(), "what stdin has for --args"];
	if (!written.startsWith("@")) return [written, "--args"];
	const path = written.slice(1);
	try {
		return [await Bun.file(path).text(), path];
	} catch (cause) {
		const problem = errorText(cause);
		throw new UserError(`--args: ${path} cannot be read: ${problem}`, { cause });
	}
}
