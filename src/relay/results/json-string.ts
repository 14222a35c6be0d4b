/** Reads a JSON string that may have many megabytes, a part at a time. */

/** Reading this many characters takes some 4 ms. */
const partChars = 2 ** 20;

/** The longest escape, as in `\u00e9`, but for its last character. */
const mostOfEscape = 5;

/** `json` includes the quotes. `pause` is waited for between two parts. Rejects when it is no JSON string. */
export async function readJsonString(json: string, pause: () => Promise<void>): Promise<string> {
	if (json.length <= partChars) return read(json);
	const parts: string[] = [];
	const end = json.length - 1;
	for (let from = 1; from < end;) {
		const to = from + partChars >= end ? end : outsideEscape(json, from + partChars);
		parts.push(read(`"${json.slice(from, to)}"`));
		from = to;
		await pause();
	}
	return parts.join("");
}

function read(json: string): string {
	const text: unknown = JSON.parse(json);
	if (typeof text !== "string") throw new TypeError("no JSON string");
	return text;
}

/** `at`, or a place shortly before it that is not inside an escape. */
function outsideEscape(json: string, at: number): number {
	for (let before = at - 1; before >= at - mostOfEscape; before--) {
		if (json[before] !== "\\") continue;
		let first = before;
		while (json[first - 1] === "\\") first--;
		// Backslashes come in pairs, but for the one that begins an escape.
		const isStart = (before - first) % 2 === 0;
		if (!isStart) return at;
		const length = json[before + 1] === "u" ? 6 : 2;
		return before + length > at ? before : at;
	}
	return at;
}
