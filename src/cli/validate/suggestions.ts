/** What helps against a problem of the config. Pure. */
import { nearest } from "../../base/nearest.ts";
import type { Env } from "../../config/expand.ts";

/** Many problems end with what to do. */
export function splitAdvice(said: string): { message: string; advice: string | undefined } {
	const [, message, advice] =
		/^(.*?); ((?:did you mean|allowed are|write|use|text needs|what is|put|a repeated|our own|known are).*)$/s.exec(
			said,
		) ?? [];
	if (message === undefined || advice === undefined) return { message: said, advice: undefined };
	const sentence = advice.charAt(0).toUpperCase() + advice.slice(1);
	return { message, advice: /[.?!]$/.test(sentence) ? sentence : `${sentence}.` };
}

/** Undefined when the message says it all. */
export function suggestionFor(message: string, env: Env): string | undefined {
	const [, variable] = /uses \$\{(\w+)\}, which is not set/.exec(message) ?? [];
	if (variable !== undefined) return setVariable(variable, env);
	const [, rename] = /rename it to ("\w+")/.exec(message) ?? [];
	if (rename !== undefined) return `Rename it to ${rename}.`;
	return syntax.get(message) ?? others.find(([pattern]) => pattern.test(message))?.[1];
}

/** Of other clients, which fill them in by themselves. */
const foreignVariables: ReadonlyMap<string, string> = new Map([
	["workspaceFolder", "VS Code's and Cursor's"],
	["workspaceRoot", "VS Code's"],
	["workspaceFolderBasename", "VS Code's and Cursor's"],
	["userHome", "VS Code's and Cursor's"],
	["cwd", "VS Code's"],
	["pathSeparator", "VS Code's"],
	["CLAUDE_PLUGIN_ROOT", "Claude Code's"],
	["CLAUDE_PROJECT_DIR", "Claude Code's"],
	["extensionPath", "Gemini CLI's"],
	["__dirname", "Claude Desktop's"],
]);

function setVariable(variable: string, env: Env): string {
	const whose = foreignVariables.get(variable);
	if (whose !== undefined) {
		return variable === "userHome"
			? `That name is ${whose}; write \${HOME}.`
			: `That name is ${whose}; write the path itself.`;
	}
	const [close] = nearest(variable, Object.keys(env), 1);
	const meant = close === undefined ? "" : `Did you mean \${${close}}? Else `;
	const set = `set it where dynamic-mcp is started, often the "env" of its entry in your client, or write \${${variable}:-a default}.`;
	return meant === "" ? set.charAt(0).toUpperCase() + set.slice(1) : meant + set;
}

const syntax: ReadonlyMap<string, string> = new Map([
	["this is not JSON", 'Text and names need double quotes: "like this".'],
	["expected a comma", "Put a comma behind what stands before this."],
	["expected a colon", "Put a colon between the name and its value."],
	["expected a value", "Something is missing here: a text in double quotes, a number, true, false, [ or {."],
	["expected a name in double quotes", 'Names need double quotes: "command".'],
	["expected a closing brace }", "A { before this is not closed."],
	["expected a closing bracket ]", "A [ before this is not closed."],
	["unexpected text after the end", "The braces before this are closed already: look for one } too many."],
	["this string is not closed", 'Put a " at the end of the text; a line break in it is written as \\n.'],
	["this comment is not closed", "Put */ at its end."],
	["this escape is not known", "Write \\\\ for a backslash, as in C:\\\\Users."],
]);

const others: readonly (readonly [RegExp, string])[] = [
	[/^url is not an http/, "It begins with https:// or http://."],
	[/^is not an http/, "It begins with https:// or http://."],
	[/^(?:url )?has a host or port/, "Hosts have no blanks, and ports go up to 65535."],
	[/^ignored at the top level/, "Only $schema, mcpServers and settings mean something here."],
	[/^needs "command"/, "Give it one of the two."],
	[/^mcpServers: missing|^missing; found/, 'Put the servers into "mcpServers": {…}.'],
	[/^expected an object with "mcpServers"/, 'It looks like this: {"mcpServers": {"git": {"command": "…"}}}.'],
];
