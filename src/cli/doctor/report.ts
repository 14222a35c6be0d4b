/** Puts what the doctor has found into words, and into JSON. Pure. */
import { printable } from "../output/printable.ts";
import type { Surface } from "../output/surface.ts";
import { tableOf } from "../output/table.ts";
import { cut, wrap, wrapWords } from "../output/wrap.ts";
import type { Check, Diagnosis } from "./facts.ts";

export interface Examined {
	readonly name: string;
	readonly state: "ok" | "failed" | "disabled";
	/** Undefined when it was not started. */
	readonly startMs: number | undefined;
	/** Of its tools, when they are known. */
	readonly tools: number | undefined;
	readonly diagnosis: Diagnosis | undefined;
	/** What the start has failed with. */
	readonly error: { readonly phase: string; readonly detail: string } | undefined;
	/** The last lines, of one that failed. */
	readonly stderr: readonly string[];
}

export interface Examination {
	/** Of the config file. */
	readonly path: string;
	readonly groups: readonly Examined[];
	readonly checks: readonly Check[];
}

type Shown = Pick<Surface, "width" | "colours">;

/** The shape is documented in docs/commands.md. */
export function examinationJson({ path, groups, checks }: Examination): unknown {
	return {
		config: path,
		healthy: isHealthy(groups),
		groups: groups.map(({ stderr, startMs, ...group }) => ({
			...group,
			...(startMs === undefined ? {} : { startMs: Math.round(startMs) }),
			...(group.state === "failed" ? { stderr } : {}),
		})),
		checks,
	};
}

export function isHealthy(groups: readonly Examined[]): boolean {
	return groups.every(({ state }) => state !== "failed");
}

export function examinationText({ path, groups, checks }: Examination, surface: Shown): string {
	const failed = groups.filter(({ state }) => state === "failed");
	const blocks = [
		`${surface.colours.bold("Servers")} of ${path}\n\n${describeGroups(groups, surface)}`,
		...failed.map((group) => describeFailure(group, surface)),
		`${surface.colours.bold("This machine")}\n\n${describeChecks(checks, surface)}`,
		summary(groups, surface),
	];
	return blocks.join("\n\n");
}

function describeGroups(groups: readonly Examined[], surface: Shown): string {
	const { green, red, dim } = surface.colours;
	if (groups.length === 0) return "There are none.";
	const paints = { ok: green, failed: red, disabled: dim };
	const rows = groups.map(({ name, state, startMs, tools, diagnosis }) => [
		printable(name),
		{ text: state === "disabled" ? "off" : state, paint: paints[state] },
		startMs === undefined || state !== "ok" ? "" : duration(startMs),
		tools === undefined ? "" : String(tools),
		diagnosis?.problem ?? "",
	]);
	const columns = [
		{ title: "GROUP", isFlexible: true },
		{ title: "STATE" },
		{ title: "START", align: "right" as const },
		{ title: "TOOLS", align: "right" as const },
		{ title: "PROBLEM" },
	];
	return tableOf(columns, rows, surface);
}

export function duration(ms: number): string {
	return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Where a program was when it failed, and what npm has to say of itself. */
const idleTalk = /^\s+at |^npm (?:notice|warn)/;

/** More is seldom to the point; `--json` has all. */
const shownLines = 8;

function describeFailure({ name, diagnosis, error, stderr }: Examined, { width, colours }: Shown): string {
	const lines = wrap(
		`${colours.red("failed")} ${colours.bold(printable(name))}: ${printable(diagnosis?.cause ?? "")}`,
		width,
	);
	for (const step of diagnosis?.fix ?? []) {
		// A path or an address in it is there to be copied.
		const [first = "", ...others] = wrapWords(printable(step), width - 4);
		lines.push(`  ${colours.green("-")} ${first}`, ...others.map((line) => `    ${line}`));
	}
	const said = stderr.map(printable).filter((line) => line.trim() !== "" && !idleTalk.test(line));
	if (said.length > 0) {
		lines.push(colours.dim("  The last lines of its stderr:"));
		lines.push(...said.slice(-shownLines).map((line) => colours.dim(`    ${cut(line, width - 4)}`)));
	} else if (error !== undefined) {
		lines.push(colours.dim(`  ${cut(printable(error.detail), width - 2)}`));
	}
	return lines.join("\n");
}

function describeChecks(checks: readonly Check[], { width, colours }: Shown): string {
	const lines = checks.flatMap(({ ok, message, fix }) => {
		const mark = ok ? colours.green("ok  ") : colours.yellow("look");
		const [first = "", ...others] = [...wrap(message, width - 6), ...(fix === undefined ? [] : wrap(fix, width - 6))];
		return [`${mark}  ${first}`, ...others.map((line) => `      ${line}`)];
	});
	return lines.join("\n");
}

function summary(groups: readonly Examined[], { colours }: Shown): string {
	const started = groups.filter(({ state }) => state !== "disabled");
	const failed = started.filter(({ state }) => state === "failed").length;
	if (started.length === 0) return colours.yellow("No server is switched on.");
	const all = started.length === 1 ? "The server works." : `All ${started.length} servers work.`;
	return failed === 0 ? colours.green(all) : colours.red(`${failed} of ${started.length} servers failed.`);
}
