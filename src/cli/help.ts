/** Lays out what `--help` says. Pure. */
import type { ArgDef, ArgsDef, CommandMeta } from "citty";

import { type Example, examples } from "./examples.ts";
import type { Surface } from "./output/surface.ts";
import { tableOf } from "./output/table.ts";
import { indent, wrap } from "./output/wrap.ts";
import { ourselves } from "./version.ts";

export interface HelpCommand {
	readonly meta: CommandMeta;
	readonly args: ArgsDef;
}

/** Of one command. */
export function commandHelp({ meta, args }: HelpCommand, surface: Surface): string {
	const name = meta.name ?? "";
	const all = Object.entries(args);
	const positionals = all.filter(([, { type }]) => type === "positional");
	const options = all.filter(([, { type }]) => type !== "positional");
	const usage = [ourselves.name, name, "[options]", ...positionals.map(([key, arg]) => positionalText(key, arg))];
	return [
		...wrap(`${meta.description ?? ""}.`, surface.width),
		"",
		...usageLines(usage, surface),
		...section(
			"ARGUMENTS",
			positionals.map(([key, arg]) => [nameOf(key, arg), arg.description ?? ""]),
			surface,
		),
		...section(
			"OPTIONS",
			[...options.map(([key, arg]) => [optionText(key, arg), arg.description ?? ""]), helpOption],
			surface,
		),
		...exampleLines(examples.get(name) ?? [], surface),
	].join("\n");
}

/** Of all commands together. */
export function rootHelp(description: string, commands: readonly HelpCommand[], surface: Surface): string {
	const { name, version } = ourselves;
	const rows = commands.map(({ meta }) => [meta.name ?? "", meta.description ?? ""]);
	const serve = commands.find(({ meta }) => meta.name === "serve");
	return [
		...wrap(`${description}.`, surface.width),
		"",
		...usageLines([name, "[command]", "[options]"], surface),
		...section("COMMANDS", rows, surface),
		...section("OPTIONS", [helpOption, ["-v, --version", "Show the version, and which build it is"]], surface),
		"",
		`${name} ${version}. Of a command tells: ${name} <command> --help`,
		...(serve === undefined
			? []
			: ["", `${surface.colours.bold("Without a command")}: serve`, "", commandHelp(serve, surface)]),
	].join("\n");
}

const helpOption = ["-h, --help", "Show this"];

function usageLines(words: readonly string[], { width, colours }: Surface): string[] {
	const [first = "", ...more] = wrap(words.join(" "), width - 6);
	return [`${colours.bold("USAGE")} ${first}`, ...indent(more, 6)];
}

function section(title: string, rows: readonly (readonly string[])[], { width, colours }: Surface): string[] {
	if (rows.length === 0) return [];
	const cells = rows.map(([name = "", text = ""]) => [{ text: name, paint: colours.cyan }, text]);
	const table = tableOf([{ title: "" }, { title: "", isFlexible: true }], cells, { width: width - 2, colours });
	return ["", colours.bold(title), ...indent(table.split("\n"), 2)];
}

/** Command lines are not broken: they are there to be copied. */
function exampleLines(found: readonly Example[], { width, colours }: Surface): string[] {
	if (found.length === 0) return [];
	const lines = found.flatMap(({ line, does }) => [
		`  ${line}`,
		...indent(wrap(does, width - 6), 6).map((each) => colours.dim(each)),
	]);
	return ["", colours.bold(found.length === 1 ? "EXAMPLE" : "EXAMPLES"), ...lines];
}

function nameOf(key: string, { valueHint }: ArgDef): string {
	// A hint says more than the name where it is a form or a choice.
	return valueHint !== undefined && /[|=]/.test(valueHint) ? valueHint : key;
}

function positionalText(key: string, arg: ArgDef): string {
	const name = nameOf(key, arg);
	if (name.includes("=")) return `[${name} …]`;
	return arg.required === false ? `[${name}]` : `<${name}>`;
}

function optionText(key: string, arg: ArgDef): string {
	const aliases = "alias" in arg ? [arg.alias ?? []].flat().map((alias) => `-${alias}, `) : [];
	return `${aliases.join("")}--${key}${arg.type === "string" ? ` <${arg.valueHint ?? key}>` : ""}`;
}
