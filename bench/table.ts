/** Prints the results as aligned text. */
import type { Contestant } from "./contestants.ts";
import type { RowResult, Target } from "./row.ts";

/** The table of all rows, and one for each row that has contestants of its own. */
export function formatTables(contestants: Contestant[], results: RowResult[]): string {
	const tables = [
		{ contestants, results: results.filter((result) => result.contestants === undefined) },
		...results.flatMap((result) =>
			result.contestants === undefined ? [] : [{ contestants: result.contestants, results: [result] }],
		),
	];
	return tables
		.filter(({ results }) => results.some(({ lines }) => lines.length > 0))
		.map(({ contestants, results }) => formatTable(contestants, results))
		.join("\n\n");
}

function formatTable(contestants: Contestant[], results: RowResult[]): string {
	const head = ["", ...contestants.map(({ label }) => label)];
	const body = results.flatMap(({ lines }) =>
		lines.map(({ label, cells }) => [label, ...contestants.map(({ key }) => cells.get(key) ?? "")]),
	);
	return align([head, ...body]);
}

export function formatTargets(targets: Target[]): string {
	return align(targets.map(({ mark, what, found, limit }) => [mark, what, found, limit]));
}

/** Columns as wide as their widest cell. */
function align(rows: string[][]): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
	return rows
		.map((row) =>
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}
