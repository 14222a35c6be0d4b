/** The command line: which command, which arguments, and what a person is told when they do not fit. */
import { existsSync } from "node:fs";
import { isatty } from "node:tty";

import { type ArgDef, type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";

import { UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { auth } from "./auth.ts";
import { build, describeBuild } from "./build.ts";
import { demo } from "./demo/command.ts";
import { importCommand } from "./import/command.ts";
import { schema } from "./schema.ts";
import { serve } from "./serve.ts";
import { upgrade } from "./upgrade.ts";
import { ourselves } from "./version.ts";

const root = defineCommand({
	meta: {
		name: ourselves.name,
		version: ourselves.version,
		description: "One MCP server in front of all your MCP servers. Without a command: serve",
	},
	subCommands: { serve, import: importCommand, auth, demo, schema, upgrade },
});

const commands = new Map([
	["serve", known(serve)],
	["import", known(importCommand)],
	["auth", known(auth)],
	["demo", known(demo)],
	["schema", known(schema)],
	["upgrade", known(upgrade)],
]);

interface KnownCommand {
	readonly args: ArgsDef;
	/** Any number of arguments may follow those that have names. */
	readonly takesMore: boolean;
	usage(): Promise<string>;
}

function known<T extends ArgsDef>(command: CommandDef<T>, { takesMore = false } = {}): KnownCommand {
	return {
		args: (command.args ?? {}) as ArgsDef,
		takesMore,
		usage: () => renderUsage(command, { meta: { name: ourselves.name } }),
	};
}

/** Runs the command line. Throws `UserError` for what the person has to change. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
	const [first = ""] = args;
	if (["--version", "-V", "-v"].includes(first)) return print(describeBuild(build));
	if (first === "help") return printHelp(args[1]);
	if (isMistypedCommand(args)) {
		throw new UserError(`there is no command "${first}"`, { hint: suggest(first, commands.keys(), "the command ") });
	}
	const name = commands.has(first) ? first : "serve";
	const own = commands.has(first) ? args.slice(1) : args;
	if (own.includes("--help") || own.includes("-h")) return printHelp(commands.has(first) ? first : undefined);
	const { args: definitions, takesMore } = commands.get(name) ?? known(serve);
	checkOptions(own, definitions);
	if (!takesMore) checkPositionals(own, definitions);
	await runCommand(root, { rawArgs: [name, ...own] });
}

/** Help for one command, or for all together with the one that needs no name. */
async function printHelp(name: string | undefined): Promise<void> {
	const command = commands.get(name ?? "");
	const serveUsage = commands.get("serve")?.usage() ?? "";
	return print(command === undefined ? `${await renderUsage(root)}\n\n${await serveUsage}` : await command.usage());
}

/** citty lets unknown options pass; a mistyped one must not be ignored in silence. */
function checkOptions(args: readonly string[], definitions: ArgsDef): void {
	const names = [...optionsOf(definitions).keys()];
	for (const [index, arg] of args.entries()) {
		const name = arg.split("=")[0] ?? arg;
		// A single dash is standard input, as a value.
		if (!arg.startsWith("-") || arg === "-") continue;
		if (!names.includes(name)) throw new UserError(`unknown option ${name}`, { hint: suggest(name, names, "") });
		if (takesValue(arg, definitions) && args[index + 1] === undefined) throw new UserError(`${arg} needs a value`);
	}
}

function checkPositionals(args: readonly string[], definitions: ArgsDef): void {
	const allowed = Object.values(definitions).filter(({ type }) => type === "positional").length;
	const isValue = (index: number) => takesValue(args[index - 1] ?? "", definitions);
	const isOption = (arg: string) => arg.startsWith("-") && arg !== "-";
	const positionals = args.filter((arg, index) => !isOption(arg) && !isValue(index));
	const extra = positionals[allowed];
	if (extra === undefined) return;
	const hint = suggest(positionals[0] ?? "", commands.keys(), "the command ");
	throw new UserError(`unexpected argument "${extra}"`, { hint });
}

/** True for `--name` when its value is the next argument. */
function takesValue(arg: string, definitions: ArgsDef): boolean {
	return optionsOf(definitions).get(arg)?.type === "string";
}

/** By what is typed: `--output`, and `-o` for short. */
function optionsOf(definitions: ArgsDef): Map<string, ArgDef> {
	const options = new Map<string, ArgDef>();
	for (const [name, definition] of Object.entries(definitions)) {
		if (definition.type === "positional") continue;
		options.set(`--${name}`, definition);
		const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
		for (const short of aliases) options.set(`-${short}`, definition);
	}
	return options;
}

function suggest(given: string, names: Iterable<string>, what: string): string {
	const close = nearest(given, names, 1)[0];
	return close === undefined ? "Run dynamic-mcp --help for what there is." : `Did you mean ${what}${close}?`;
}

/** A bare word may be a config file in the working directory; when there is none, it was meant as a command. */
function isMistypedCommand([first = "", ...others]: readonly string[]): boolean {
	const isBareWord = /^[a-z][a-z-]*$/i.test(first) && !commands.has(first);
	return isBareWord && (others.length > 0 || !existsSync(first));
}

/** citty colours its help even when nobody sees the colours. */
async function print(text: string): Promise<void> {
	await Bun.write(Bun.stdout, `${isatty(1) ? text : Bun.stripANSI(text)}\n`);
}
