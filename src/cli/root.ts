/** The command line: which command, which arguments, and what a person is told when they do not fit. */
import { existsSync } from "node:fs";

import { type ArgDef, type ArgsDef, type CommandDef, type CommandMeta, defineCommand, runCommand } from "citty";

import { UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { auth } from "./auth.ts";
import { build, describeBuild } from "./build.ts";
import { createCompletionsCommand } from "./completions/command.ts";
import { connect, disconnect } from "./connect/command.ts";
import { demo } from "./demo/command.ts";
import { doctor } from "./doctor/command.ts";
import { commandHelp, rootHelp } from "./help.ts";
import { importCommand } from "./import/command.ts";
import { call, prompt, prompts, read, resources, tools } from "./inspect/commands.ts";
import { printOut } from "./output/print.ts";
import { surfaceOf } from "./output/surface.ts";
import { savings } from "./savings/command.ts";
import { schema } from "./schema.ts";
import { serve } from "./serve.ts";
import { setup } from "./setup/command.ts";
import { status } from "./status/command.ts";
import { upgrade } from "./upgrade.ts";
import { validate } from "./validate/command.ts";
import { ourselves } from "./version.ts";

const completions = createCompletionsCommand(() => Array.from(commands, ([name, own]) => ({ name, ...own })));

const description = "One MCP server in front of all your MCP servers";

const root = defineCommand({
	meta: { name: ourselves.name, version: ourselves.version, description },
	subCommands: {
		serve,
		setup,
		import: importCommand,
		connect,
		disconnect,
		auth,
		validate,
		status,
		doctor,
		savings,
		tools,
		call,
		resources,
		read,
		prompts,
		prompt,
		demo,
		schema,
		completions,
		upgrade,
	},
});

/** In the order in which help lists them. */
const commands: ReadonlyMap<string, KnownCommand> = new Map([
	["serve", known(serve)],
	["setup", known(setup)],
	["import", known(importCommand)],
	["connect", known(connect)],
	["disconnect", known(disconnect)],
	["auth", known(auth)],
	["validate", known(validate)],
	["status", known(status)],
	["doctor", known(doctor)],
	["savings", known(savings)],
	["tools", known(tools)],
	["call", known(call, { takesMore: true })],
	["resources", known(resources)],
	["read", known(read)],
	["prompts", known(prompts)],
	["prompt", known(prompt, { takesMore: true })],
	["demo", known(demo)],
	["schema", known(schema)],
	["completions", known(completions, { takesMore: true })],
	["upgrade", known(upgrade)],
]);

interface KnownCommand {
	readonly meta: CommandMeta;
	readonly args: ArgsDef;
	/** Any number of arguments may follow those that have names. */
	readonly takesMore: boolean;
}

function known<T extends ArgsDef>(command: CommandDef<T>, { takesMore = false } = {}): KnownCommand {
	// Ours are all written out, not made when they are asked for, as citty would allow.
	return { meta: (command.meta ?? {}) as CommandMeta, args: (command.args ?? {}) as ArgsDef, takesMore };
}

/** Runs the command line. Throws `UserError` for what the person has to change. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
	const [first = ""] = args;
	if (["--version", "-V", "-v"].includes(first)) return printOut(describeBuild(build));
	if (first === "help") return printHelp(args[1]);
	if (isMistypedCommand(args)) {
		throw new UserError(`there is no command "${first}"`, { hint: suggest(first, commands.keys(), "the command ") });
	}
	const name = commands.has(first) ? first : "serve";
	const own = commands.has(first) ? args.slice(1) : args;
	if (own.includes("--help") || own.includes("-h")) return printHelp(commands.has(first) ? first : undefined);
	const { args: definitions, takesMore } = commands.get(name) ?? known(serve);
	checkOptions(own, definitions);
	checkPositionals(name, own, definitions, takesMore);
	await runCommand(root, { rawArgs: [name, ...own] });
}

/** Help for one command, or for all together with the one that needs no name. */
async function printHelp(name: string | undefined): Promise<void> {
	const command = commands.get(name ?? "");
	const surface = surfaceOf("stdout");
	return printOut(
		command === undefined ? rootHelp(description, [...commands.values()], surface) : commandHelp(command, surface),
	);
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

function checkPositionals(name: string, args: readonly string[], definitions: ArgsDef, takesMore: boolean): void {
	const isValue = (index: number) => takesValue(args[index - 1] ?? "", definitions);
	const isOption = (arg: string) => arg.startsWith("-") && arg !== "-";
	const given = args.filter((arg, index) => !isOption(arg) && !isValue(index));
	const known = Object.entries(definitions).filter(([, { type }]) => type === "positional");
	const [missing] = known.slice(given.length).find(([, { required }]) => required !== false) ?? [];
	if (missing !== undefined) {
		throw new UserError(`${name}: <${missing}> is missing`, { hint: `See dynamic-mcp ${name} --help.` });
	}
	const extra = takesMore ? undefined : given[known.length];
	if (extra === undefined) return;
	const hint = suggest(given[0] ?? "", commands.keys(), "the command ");
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
