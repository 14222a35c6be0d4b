/** Lays out what groups have, group by group. Pure. */
import { printable } from "../output/printable.ts";
import type { Surface } from "../output/surface.ts";
import { cut, indent, wrap } from "../output/wrap.ts";
import type { Failure } from "./failure.ts";
import type { Look } from "./look-into.ts";

/** The group's name, and what can be said about it on one line. */
function groupHead(name: string, note: string, { width, colours }: Surface): string {
	const shown = printable(name);
	const room = width - Bun.stringWidth(shown) - 2;
	const text = room < 8 ? "" : cut(printable(note), room);
	return text === "" ? colours.bold(shown) : `${colours.bold(shown)}  ${colours.dim(text)}`;
}

/** What is said in place of what a group has, indented below its head. A hint may be a command to be copied, and is not broken. */
function failureLines({ problem, hint, stderr }: Failure, { width, colours }: Surface): string[] {
	const lines = wrap(problem, width - 2).map(colours.red);
	const said = stderr.flatMap((line) => wrap(line, width - 4).map((each) => colours.dim(`  ${each}`)));
	if (said.length > 0) said.unshift("Its last lines on stderr:");
	return indent([...lines, ...said, ...(hint === undefined ? [] : [hint])], 2);
}

/** Groups below each other with an empty line between them. */
export function blocksOf<T>(
	looks: readonly Look<T>[],
	surface: Surface,
	layOut: (value: T, look: Look<T> & { kind: "seen" }) => readonly string[],
): string {
	const blocks = looks.map((look) => {
		const { name, server } = look.group;
		const head = groupHead(name, server.description ?? "", surface);
		const lines = look.kind === "failed" ? failureLines(look.failure, surface) : layOut(look.value, look);
		return [head, ...lines].join("\n");
	});
	return blocks.join("\n\n");
}

/** For `--json`: a failed group has `problem`, another one what `describe` says. */
export function documentOf<T>(looks: readonly Look<T>[], describe: (value: T) => object): object {
	return {
		groups: looks.map((look) => {
			const { name, server } = look.group;
			const head = { group: name, ...(server.description === undefined ? {} : { description: server.description }) };
			if (look.kind === "seen") return { ...head, ...describe(look.value) };
			const { problem, hint, stderr } = look.failure;
			return { ...head, problem, ...(hint === undefined ? {} : { hint }), ...(stderr.length === 0 ? {} : { stderr }) };
		}),
	};
}
