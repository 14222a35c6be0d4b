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
	if (["--version", "-V", "-v", "version"].includes(first)) return printOut(describeBuild(build));
	if (first === "help") return printHelp(args[1]);
	if (isMistypedCommand(args)) throw noCommand(first);
	const isNamed = commands.has(first);
	const name = isNamed ? first : "serve";
	const own = isNamed ? args.slice(1) : args;
	// Behind "--" nothing is an option.
	const [before, behind] = own.includes("--")
		? [own.slice(0, own.indexOf("--")), own.slice(own.indexOf("--") + 1)]
		: [own, []];
	if (before.includes("--help") || before.includes("-h")) return printHelp(isNamed ? first : undefined);
	const { args: definitions, takesMore } = commands.get(name) ?? known(serve);
	checkOptions(isNamed ? name : undefined, before, definitions);
	checkPositionals(name, { before, behind }, definitions, takesMore);
	await runCommand(root, { rawArgs: [name, ...own] });
}

function noCommand(name: string): UserError {
	return new UserError(`there is no command "${name}"`, {
		hint: suggest(name, commands.keys(), "the command ") ?? seeHelp(undefined),
	});
}

/** Help for one command, or for all together with the one that needs no name. */
async function printHelp(name: string | undefined): Promise<void> {
	const command = commands.get(name ?? "");
	if (name !== undefined && !name.startsWith("-") && command === undefined) throw noCommand(name);
	const surface = surfaceOf("stdout");
	return printOut(
		command === undefined ? rootHelp(description, [...commands.values()], surface) : commandHelp(command, surface),
	);
}

/** citty lets unknown options pass; a mistyped one must not be ignored in silence. */
function checkOptions(command: string | undefined, args: readonly string[], definitions: ArgsDef): void {
	const names = [...optionsOf(definitions).keys()];
	for (const [index, arg] of args.entries()) {
		const name = arg.split("=")[0] ?? arg;
		// A single dash is standard input, as a value.
		if (!arg.startsWith("-") || arg === "-") continue;
		if (!names.includes(name)) {
			const hint = suggest(name, names, "") ?? adviceFor(name, command, args);
			throw new UserError(`unknown option ${name}`, { hint });
		}
		if (takesValue(arg, definitions) && args[index + 1] === undefined) throw new UserError(`${arg} needs a value`);
	}
}

/** For an option that resembles none. */
function adviceFor(option: string, command: string | undefined, args: readonly string[]): string {
	const later = command === undefined ? args.find((arg) => commands.has(arg)) : undefined;
	if (later !== undefined) return `Options are written behind the command: dynamic-mcp ${later} ${option} …`;
	if (option === "--config") return "A config to be served stands by itself: dynamic-mcp serve servers.json";
	const key = option.replace(/^-+/, "");
	const isArgument = (command === "call" || command === "prompt") && key !== "";
	return isArgument ? `Arguments are written without dashes: ${key}=…` : seeHelp(command);
}

function seeHelp(command: string | undefined): string {
	return command === undefined ? "Run dynamic-mcp --help for what there is." : `See dynamic-mcp ${command} --help.`;
}

interface Given {
	readonly before: readonly string[];
	/** Behind "--". */
	readonly behind: readonly string[];
}

function checkPositionals(name: string, { before, behind }: Given, definitions: ArgsDef, takesMore: boolean): void {
	const isValue = (index: number) => takesValue(before[index - 1] ?? "", definitions);
	const isOption = (arg: string) => arg.startsWith("-") && arg !== "-";
	const given = [...before.filter((arg, index) => !isOption(arg) && !isValue(index)), ...behind];
	const known = Object.entries(definitions).filter(([, { type }]) => type === "positional");
	const [missing] = known.slice(given.length).find(([, { required }]) => required !== false) ?? [];
	if (missing !== undefined) {
		throw new UserError(`${name}: <${missing}> is missing`, { hint: seeHelp(name) });
	}
	const extra = takesMore ? undefined : given[known.length];
	if (extra === undefined) return;
	throw new UserError(`unexpected argument "${extra}"`, { hint: seeHelp(name) });
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

/** Undefined when nothing is near. */
function suggest(given: string, names: Iterable<string>, what: string): string | undefined {
	const close = nearest(given, names, 1)[0];
	return close === undefined ? undefined : `Did you mean ${what}${close}?`;
}

/** A bare word may be a config file in the working directory; when there is none, it was meant as a command. */
function isMistypedCommand([first = "", ...others]: readonly string[]): boolean {
	const isBareWord = /^[a-z][a-z-]*$/i.test(first) && !commands.has(first);
	return isBareWord && (others.length > 0 || !existsSync(first));
}
