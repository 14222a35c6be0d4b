/** Makes a difference readable whose lines are not: a config of megabytes may be a single line. Pure. */

/** A line up to this is shown whole, in characters. */
const longest = 400;

/** What is kept of a longer one on each side of what differs. */
const margin = 60;

/** The lines of a unified diff; of each long one only what differs from its counterpart is left, or its beginning. */
export function shortenLines(lines: readonly string[]): string[] {
	const shown: string[] = [];
	for (let at = 0; at < lines.length;) {
		const removed = runOf(lines, at, "-");
		const added = runOf(lines, at + removed.length, "+");
		if (removed.length + added.length === 0) shown.push(cut(lines[at++] ?? ""));
		shown.push(...removed.map((line, index) => whereItDiffers(line, added[index])));
		shown.push(...added.map((line, index) => whereItDiffers(line, removed[index])));
		at += removed.length + added.length;
	}
	return shown;
}

function runOf(lines: readonly string[], start: number, sign: string): readonly string[] {
	let end = start;
	while (lines[end]?.startsWith(sign) === true) end++;
	return lines.slice(start, end);
}

function whereItDiffers(line: string, other: string | undefined): string {
	if (other === undefined || line.length <= longest) return cut(line);
	// The sign differs in any case.
	let from = 1;
	while (from < line.length && line[from] === other[from]) from++;
	let to = 0;
	while (to < line.length - from && to < other.length - from && line.at(-1 - to) === other.at(-1 - to)) to++;
	const start = from - margin <= 1 ? 1 : from - margin;
	const end = Math.min(line.length, line.length - to + margin);
	const text = (start === 1 ? "" : "…") + line.slice(start, end);
	return cut(line.slice(0, 1) + text + (end < line.length ? "…" : ""));
}

function cut(line: string): string {
	return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
