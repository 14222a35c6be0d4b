/** Reads `SHA256SUMS`. */
import { UserError } from "../../src/base/errors.ts";

/** File name to sum, of lines `<64 hex>  <file name>`. */
export function parseSums(text: string): ReadonlyMap<string, string> {
	const sums = new Map<string, string>();
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	for (const [index, line] of lines.entries()) {
		const where = `SHA256SUMS: line ${index + 1}`;
		const [, sum, name] = /^([\da-f]{64}) {2}([^\s/\\]+)$/.exec(line) ?? [];
		if (sum === undefined || name === undefined) {
			throw new UserError(
				`${where} is "${line}", which is not 64 digits of lower-case hex, two spaces and a file name`,
			);
		}
		if (sums.has(name)) throw new UserError(`${where} names ${name} for the second time`);
		sums.set(name, sum);
	}
	return sums;
}
