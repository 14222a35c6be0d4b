/** Puts what was found in a config into words, and into JSON. Pure. */
import type { Surface } from "../output/surface.ts";
import { wrap } from "../output/wrap.ts";
import type { Finding, Findings } from "./findings.ts";
import { lineAt, sourceLine } from "./source-line.ts";

/** Counted from 1, as editors do. */
export interface Position {
	readonly line: number;
	/** In UTF-16 code units; a tab is one. */
	readonly column: number;
}

export function positionOf(text: string, offset: number): Position {
	const line = text.slice(0, offset).split(/\r\n|\r|\n/).length;
	return { line, column: offset - lineAt(text, offset).from + 1 };
}

export interface Checked extends Findings {
	/** Absolute. */
	readonly path: string;
	/** Without a byte order mark. */
	readonly text: string;
}

/** The shape is documented in docs/commands.md. */
export function reportJson({ path, text, findings, servers }: Checked): unknown {
	return {
		file: path,
		valid: !findings.some(({ severity }) => severity === "error"),
		...(servers === undefined ? {} : { servers }),
		findings: findings.map(({ severity, field, message, suggestion, range }) => ({
			severity,
			...positionOf(text, range.offset),
			length: range.length,
			...(field === undefined ? {} : { field }),
			message,
			...(suggestion === undefined ? {} : { suggestion }),
		})),
	};
}

export function reportText(
	{ path, text, findings, servers }: Checked,
	surface: Pick<Surface, "width" | "colours">,
): string {
	const blocks = findings.map((finding) => describe(finding, path, text, surface));
	return [...blocks, summary(path, findings, servers, surface)].join("\n\n");
}

function describe(
	finding: Finding,
	path: string,
	text: string,
	{ width, colours }: Pick<Surface, "width" | "colours">,
): string {
	const { severity, field, message, suggestion, range, reveal } = finding;
	const { line, column } = positionOf(text, range.offset);
	const paint = severity === "error" ? colours.red : colours.yellow;
	const gutter = String(line);
	const source = sourceLine(text, { ...range, reveal }, width - gutter.length - 5);
	return [
		`${colours.bold(`${path}:${line}:${column}:`)} ${paint(severity)}`,
		...wrap(`  ${field === undefined ? "" : `${field}: `}${message}`, width),
		`  ${colours.dim(`${gutter} |`)} ${source.text}`.trimEnd(),
		`  ${colours.dim(`${" ".repeat(gutter.length)} |`)} ${paint(source.marks)}`,
		...(suggestion === undefined ? [] : wrap(`  ${suggestion}`, width)),
	].join("\n");
}

function summary(
	path: string,
	findings: readonly Finding[],
	servers: Findings["servers"],
	{ colours }: Pick<Surface, "width" | "colours">,
): string {
	const count = (severity: string) => findings.filter((each) => each.severity === severity).length;
	const counts = [counted(count("error"), "error"), counted(count("warning"), "warning")].filter((each) => each !== "");
	if (servers === undefined) return colours.red(counts.join(", "));
	const off = servers.disabled === 0 ? "" : `, ${servers.disabled} switched off`;
	const what = `${counted(servers.enabled, "server") || "no server"}${off}`;
	return counts.length === 0
		? colours.green(`${path} is fine: ${what}`)
		: `${colours.yellow(counts.join(", "))}; ${what}`;
}

function counted(count: number, what: string): string {
	return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}
