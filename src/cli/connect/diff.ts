/** Shows what an edit changes, as a short unified diff. Pure. */

/** Lines around a change that are shown, too. */
const context = 3;

/** For texts that differ in one stretch or a few: what is between the first and the last change is compared line by line. */
export function diffOf(before: string, after: string, names: { readonly from: string; readonly to: string }): string {
	const [old, fresh] = [linesOf(before), linesOf(after)];
	const changes = changesOf(old, fresh);
	const shown = new Set<number>();
	for (const [index, { kind }] of changes.entries()) {
		if (kind === " ") continue;
		for (let near = index - context; near <= index + context; near++) shown.add(near);
	}
	const out = [`--- ${names.from}`, `+++ ${names.to}`];
	let isOpen = false;
	let at = { old: 1, fresh: 1 };
	let hunk: { start: typeof at; lines: string[] } = { start: at, lines: [] };
	const close = () => {
		if (hunk.lines.length === 0) return;
		const count = (kind: string) => hunk.lines.filter((line) => line.startsWith(kind) || line.startsWith(" ")).length;
		// Of an empty side the line before is named.
		const span = (start: number, lines: number) => `${lines === 0 ? start - 1 : start},${lines}`;
		out.push(`@@ -${span(hunk.start.old, count("-"))} +${span(hunk.start.fresh, count("+"))} @@`, ...hunk.lines);
	};
	for (const [index, { kind, line }] of changes.entries()) {
		const isShown = shown.has(index);
		if (isShown && !isOpen) hunk = { start: at, lines: [] };
		if (!isShown && isOpen) close();
		if (isShown) hunk.lines.push(kind + line);
		isOpen = isShown;
		at = { old: at.old + (kind === "+" ? 0 : 1), fresh: at.fresh + (kind === "-" ? 0 : 1) };
	}
	if (isOpen) close();
	return out.join("\n");
}

interface Change {
	readonly kind: " " | "-" | "+";
	readonly line: string;
}

function linesOf(text: string): string[] {
	if (text === "") return [];
	return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function changesOf(old: readonly string[], fresh: readonly string[]): Change[] {
	let head = 0;
	while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
	let tail = 0;
	const most = Math.min(old.length, fresh.length) - head;
	while (tail < most && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
	const same = (line: string): Change => ({ kind: " ", line });
	return [
		...old.slice(0, head).map(same),
		...middle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
		...old.slice(old.length - tail).map(same),
	];
}

/** By the longest common subsequence; without it where that would take long. */
function middle(old: readonly string[], fresh: readonly string[]): Change[] {
	const all: Change[] = [
		...old.map((line) => ({ kind: "-" as const, line })),
		...fresh.map((line) => ({ kind: "+" as const, line })),
	];
	if (old.length * fresh.length > 1_000_000) return all;
	const lengths = old.map(() => new Uint32Array(fresh.length + 1));
	lengths.push(new Uint32Array(fresh.length + 1));
	const length = (i: number, j: number) => lengths[i]?.[j] ?? 0;
	for (let i = old.length - 1; i >= 0; i--) {
		const row = lengths[i] ?? new Uint32Array();
		for (let j = fresh.length - 1; j >= 0; j--) {
			row[j] = old[i] === fresh[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
		}
	}
	const changes: Change[] = [];
	let [i, j] = [0, 0];
	while (i < old.length || j < fresh.length) {
		const [from, to] = [old[i], fresh[j]];
		if (from !== undefined && from === to) {
			changes.push({ kind: " ", line: from });
			i++;
			j++;
		} else if (from !== undefined && (to === undefined || length(i + 1, j) >= length(i, j + 1))) {
			changes.push({ kind: "-", line: from });
			i++;
		} else if (to !== undefined) {
			changes.push({ kind: "+", line: to });
			j++;
		}
	}
	return changes;
}
