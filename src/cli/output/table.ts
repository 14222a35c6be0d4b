/** Lays out tables that fit. Pure. */
import type { Colours, Paint, Surface } from "./surface.ts";
import { wrap } from "./wrap.ts";

export interface Column {
	/** Of the head, which is left out when all are empty. */
	readonly title: string;
	readonly align?: "right";
	/** Its text is broken into several lines before any other column's is. */
	readonly isFlexible?: boolean;
}

/** Text without colours, and how each line of it is to be painted. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

/** Between columns. */
const gap = "  ";

const leastFlexible = 16;
const leastOther = 8;

/**
 * A head and the rows in aligned columns, none wider than the surface as long as there are not too many columns for it:
 * what does not fit is broken between words.
 */
export function tableOf(
	columns: readonly Column[],
	rows: readonly (readonly Cell[])[],
	{ width, colours }: { readonly width: Surface["width"]; readonly colours: Colours },
): string {
	const hasHead = columns.some(({ title }) => title !== "");
	const head = hasHead ? [columns.map(({ title }) => ({ text: title, paint: colours.dim }))] : [];
	const all = [...head, ...rows];
	const natural = columns.map((_, at) => Math.max(...all.map((row) => widthOf(row[at]))));
	const widths = fit(columns, natural, width);
	return all.flatMap((row) => layRow(columns, row, widths)).join("\n");
}

function textOf(cell: Cell | undefined): string {
	return typeof cell === "object" ? cell.text : (cell ?? "");
}

function widthOf(cell: Cell | undefined): number {
	return Math.max(
		...textOf(cell)
			.split("\n")
			.map((line) => Bun.stringWidth(line)),
	);
}

/** Takes from the widest column, of the flexible ones as long as they have something to give. */
function fit(columns: readonly Column[], natural: readonly number[], width: number): number[] {
	const widths = [...natural];
	const total = () => widths.reduce((sum, each) => sum + each, gap.length * (widths.length - 1));
	while (total() > width) {
		const widest = widestOf(widths, leastFlexible, columns) ?? widestOf(widths, leastOther);
		if (widest === undefined) break;
		widths[widest] = (widths[widest] ?? 0) - 1;
	}
	return widths;
}

/** Undefined when all are at their least. */
function widestOf(widths: readonly number[], least: number, flexible?: readonly Column[]): number | undefined {
	let best: number | undefined;
	for (const [at, each] of widths.entries()) {
		if (each <= least || (flexible !== undefined && flexible[at]?.isFlexible !== true)) continue;
		if (best === undefined || each > (widths[best] ?? 0)) best = at;
	}
	return best;
}

function layRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): string[] {
	const cells = columns.map((_, at) => wrap(textOf(row[at]), widths[at] ?? 1));
	const height = Math.max(...cells.map((lines) => lines.length));
	return Array.from({ length: height }, (_, line) => {
		const last = cells.findLastIndex((lines) => (lines[line] ?? "") !== "");
		const parts = columns.slice(0, last + 1).map(({ align }, at) => {
			const text = cells[at]?.[line] ?? "";
			const cell = row[at];
			const painted = typeof cell === "object" ? cell.paint(text) : text;
			const blanks = " ".repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(text)));
			if (align === "right") return blanks + painted;
			return at === last ? painted : painted + blanks;
		});
		return parts.join(gap);
	});
}
