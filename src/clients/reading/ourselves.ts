/** Knows this program in a client's config: it must not start itself. Pure. */
import type { OurProgram } from "../types.ts";

const ourNames = new Set(["dynamic-mcp", "dmcp"]);

/** What starts a package by its name, and the words before that name. */
const runners: readonly (readonly string[])[] = [
	["npx"],
	["bunx"],
	["uvx"],
	["bun", "x"],
	["npm", "exec"],
	["pnpm", "dlx"],
	["pnpx"],
	["yarn", "dlx"],
	["uv", "tool", "run"],
	["pipx", "run"],
];

/** What starts the command that is written behind its options. */
const starters = new Set(["cmd", "env", "wsl", "nohup", "exec", "command"]);

/** What runs the command that is written as one text. */
const shells = new Set(["sh", "bash", "zsh", "dash", "fish", "powershell", "pwsh"]);

/** What runs a file of JavaScript. */
const engines = new Set(["node", "bun", "deno"]);

/** Whether the entry starts us, by our own file, as a package, or through another program. */
export function isOurselves(command: unknown, args: unknown): boolean {
	if (typeof command !== "string") return false;
	const given = Array.isArray(args) ? args.filter((each) => typeof each === "string") : [];
	return isCommandOfUs([command, ...given]);
}

/**
 * Whether the entry starts us through a program that is there for a reason of its own: it sets variables, fetches secrets,
 * or goes to another system.
 */
export function isWrapped({ command, args }: OurProgram): boolean {
	const program = baseName(command);
	if (ourNames.has(program) || runners.some((runner) => startsWith([program, ...args], runner))) return false;
	const isKnown = starters.has(program) || shells.has(program) || args.includes("--");
	return isKnown && isCommandOfUs([command, ...args]);
}

/** Each step has fewer words, or shorter ones. */
function isCommandOfUs([command, ...given]: readonly string[]): boolean {
	if (command === undefined) return false;
	const program = baseName(command);
	if (ourNames.has(program)) return true;
	// As in `doppler run -- dynamic-mcp`.
	const dashes = given.indexOf("--");
	if (dashes !== -1 && isCommandOfUs(given.slice(dashes + 1))) return true;
	if (starters.has(program)) return isCommandOfUs(behindOptions(given));
	if (shells.has(program)) return given.some(isScriptOfUs);
	if (engines.has(program) && isOurScript(given.find((word) => !/^(?:-|run$)/.test(word)) ?? "")) return true;
	return runners.some((runner) => isRunnerOfUs([program, ...given], runner));
}

function isScriptOfUs(text: string): boolean {
	return text.split(/[;&|]+/).some((command) => isCommandOfUs(command.trim().split(/\s+/)));
}

/** Without what stands before a command: `-i`, `/c`, and variables as in `A=b`. */
function behindOptions(words: readonly string[]): readonly string[] {
	const start = words.findIndex((word) => !/^(?:-|\/\w$|\w+=)/.test(word));
	return start === -1 ? [] : words.slice(start);
}

/** The launcher of our package, or our sources in a folder of our name. */
function isOurScript(path: string): boolean {
	const parts = path.split(/[\\/]/);
	const isPackage = parts[parts.lastIndexOf("node_modules") + 1] === "dynamic-mcp" && parts.includes("node_modules");
	const isSource = /[\\/]src[\\/]main\.ts$/.test(path) && parts.at(-3) === "dynamic-mcp";
	return isPackage || isSource || ourNames.has(baseName(path).replace(/\.[cm]?js$/, ""));
}

function isRunnerOfUs(words: readonly string[], runner: readonly string[]): boolean {
	if (!startsWith(words, runner)) return false;
	const rest = words.slice(runner.length);
	// An address is a registry's.
	const named = rest.find((word) => !word.startsWith("-") && !word.includes("://")) ?? "";
	const chosen = rest.flatMap((word) => /^--package=(.+)$/.exec(word)?.[1] ?? []);
	return [named, ...chosen].some((each) => ourNames.has(packageName(each)));
}

function startsWith(words: readonly string[], first: readonly string[]): boolean {
	return first.every((word, index) => words[index] === word);
}

/** `C:\tools\dmcp.exe` is `dmcp`. */
function baseName(command: string): string {
	const last = command.split(/[\\/]/).at(-1) ?? "";
	return last.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, "");
}

/** Without its version. */
function packageName(text: string): string {
	return text.replace(/(?<=.)@[^/]*$/, "");
}
