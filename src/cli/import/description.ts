/** What a group may be described as: in the server's own words, or as its name and package suggest. Pure. */
import { isObject } from "../../base/objects.ts";
import { firstSentence } from "../../base/text.ts";
import { printable } from "../output/printable.ts";
import { cut } from "../output/wrap.ts";

/** The model reads it with every list of tools. */
const longest = 120;

/** Words that are in a package's name and say nothing of what is in it. */
const fillers =
	/^(?:mcp|server|servers|client|modelcontextprotocol|model|context|protocol|remote|proxy|npm|js|ts|py|node)$/;

/** Programs that start what their arguments name. */
const launchers =
	/^(?:npx|bunx|pnpx|uvx|uv|npm|pnpm|yarn|bun|deno|pipx|docker|podman|node|python3?|tsx|cmd|sh|bash|env)(?:\.(?:exe|cmd))?$/i;

/** As in "filesystem" of `@modelcontextprotocol/server-filesystem`; empty when that says no more than the group's name. */
export function guessDescription(group: string, entry: Readonly<Record<string, unknown>>): string {
	const source = typeof entry["url"] === "string" ? hostOf(entry["url"]) : packageOf(entry);
	const words = wordsOf(source);
	const known = new Set(wordsOf(group));
	return words.every((word) => known.has(word)) ? "" : words.join(" ");
}

function wordsOf(text: string): string[] {
	const words = text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== "" && !fillers.test(word));
	return [...new Set(words)];
}

/** Without what every host has: `mcp.linear.app` is linear's. */
function hostOf(url: string): string {
	const host = URL.parse(url)?.hostname ?? "";
	if (!/\p{L}/u.test(host) || host === "localhost") return "";
	return host
		.split(".")
		.slice(0, -1)
		.filter((part) => !/^(?:www|api|mcp|co|com)$/.test(part))
		.join(" ");
}

function packageOf({ command, args }: Readonly<Record<string, unknown>>): string {
	const program = typeof command === "string" ? (command.split(/[\\/]/).at(-1) ?? "") : "";
	if (!launchers.test(program)) return program.replace(/\.\w+$/, "");
	const own = Array.isArray(args) ? args.filter((arg): arg is string => typeof arg === "string") : [];
	const named = own.find((arg) => isPackage(arg) && !launchers.test(arg)) ?? "";
	// Not its version, nor its scope, which is mostly its author.
	return named
		.replace(/(?<=.)@[\w.^~-]*$/, "")
		.replace(/:[\w.-]+$/, "")
		.replace(/^@?[^/]+\//, "");
}

/** Not an option, a subcommand of a launcher, a path, a variable or a text. */
function isPackage(arg: string): boolean {
	return /^@?[a-z0-9][\w./@:~^-]*$/i.test(arg) && !/^(?:run|exec|x|dlx|tool|c|-.*)$/.test(arg) && !/^[a-z]:/i.test(arg);
}

/** Of the answer to the handshake; empty when there is nothing that would help to find the server. */
export function descriptionInOwnWords(serverInfo: unknown, instructions: unknown): string {
	const { description, title } = isObject(serverInfo) ? serverInfo : {};
	for (const text of [description, instructions, title]) {
		if (typeof text !== "string") continue;
		const sentence = firstStatement(printable(text));
		if (sentence !== "") return cut(sentence, longest);
	}
	return "";
}

/** Without the marks of Markdown that stand in front of it. */
function firstStatement(text: string): string {
	const lines = text.split("\n").map((line) => line.replace(/^[\s#>*-]+/, "").trim());
	const line = lines.find((each) => each !== "") ?? "";
	return firstSentence(line).replace(/[.:]$/, "");
}
