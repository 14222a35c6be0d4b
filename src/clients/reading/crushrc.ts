/**
 * Looks into Crush's `crushrc`, a shell script, without running anything: only lines that say `mcp add …` and nothing else are
 * understood. Pure.
 */

/** Stands in an entry whose line is more than that, with the reason. */
export const unreadable = "crushrc";

/** The same as Crush's JSON file would hold. Texts are as in a shell, with a backslash before what is not filled in. */
export function parseCrushrc(text: string): { mcp: Record<string, unknown> } {
	const servers = new Map<string, unknown>();
	let depth = 0;
	for (const line of text.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
		const [first = ""] = line.trim().split(/\s+/);
		if (/^(?:if|for|while|until|case|select)$/.test(first) || /\{\s*$/.test(line)) depth++;
		if (/^(?:fi|done|esac|\})/.test(first)) depth--;
		if (!/^\s*mcp\s+add\s/.test(line)) continue;
		const [name, entry] = readLine(line, depth > 0);
		servers.set(name, entry);
	}
	return { mcp: Object.fromEntries(servers) };
}

function readLine(line: string, isInBlock: boolean): [string, unknown] {
	const words = wordsOf(line);
	if (words === undefined) {
		const [, , name = "server"] = line.trim().split(/\s+/);
		return [name, { [unreadable]: "its line in crushrc does more than add it; add it by hand" }];
	}
	const [, , name = "server", ...rest] = words;
	if (isInBlock) return [name, { [unreadable]: "in crushrc it is added on a condition; add it by hand" }];
	return [name, entryOf(rest)];
}

/** Undefined for what is more than words, such as a pipe or a second command. */
function wordsOf(line: string): string[] | undefined {
	const words: string[] = [];
	let rest = line.trim();
	while (rest !== "" && !rest.startsWith("#")) {
		const word =
			/^(?:[^\s"'\\;&|<>(){}`$#]|\\.|\$\w+|\$\{[^}]*\}|\$\([^)]*\)|(?<=\S)#|"(?:[^"\\]|\\.)*"|'[^']*')+/.exec(
				rest,
			)?.[0];
		if (word === undefined) return undefined;
		words.push(unquote(word));
		const next = rest.slice(word.length);
		if (next !== "" && !/^\s/.test(next)) return undefined;
		rest = next.trimStart();
	}
	return words;
}

function unquote(word: string): string {
	return word.replaceAll(
		/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\([^$`"\\])/g,
		(_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
			double ?? single?.replaceAll(/[$`"\\]/g, "\\$&") ?? escaped ?? "",
	);
}

/** Options with one word behind them, and the field of Crush's JSON that each is. */
const texts: Readonly<Record<string, string>> = {
	"--type": "type",
	"--url": "url",
	"--command": "command",
	"--timeout": "timeout",
	"--oauth-client-id": "oauth_client_id",
	"--oauth-client-secret": "oauth_client_secret",
	"--oauth-callback-port": "oauth_callback_port",
};
const lists: Readonly<Record<string, string>> = {
	"--args": "args",
	"--disabled-tools": "disabled_tools",
	"--enabled-tools": "enabled_tools",
};
const pairs: Readonly<Record<string, string>> = { "--env": "env", "--header": "headers" };
const flags: Readonly<Record<string, string>> = { "--disabled": "disabled", "--oauth": "oauth" };

function entryOf(words: readonly string[]): Record<string, unknown> {
	const entry = new Map<string, unknown>();
	const inPairs = new Map<string, Map<string, string>>();
	const inLists = new Map<string, string[]>();
	const left = [...words];
	for (let word = left.shift(); word !== undefined; word = left.shift()) {
		const [option = "", joined] = /^(--[a-z-]+)=([^]*)$/.exec(word)?.slice(1) ?? [word];
		const value = () => joined ?? left.shift() ?? "";
		const [text, list, pair, flag] = [texts[option], lists[option], pairs[option], flags[option]];
		if (text !== undefined) entry.set(text, text === "oauth_callback_port" ? Number(value()) : value());
		else if (list !== undefined) inLists.set(list, [...(inLists.get(list) ?? []), value()]);
		else if (flag !== undefined) entry.set(flag, joined !== "false");
		else if (pair !== undefined) {
			const first = value();
			const [, name, behind] = /^([^=]+)=([^]*)$/.exec(first) ?? [];
			const known = inPairs.get(pair) ?? new Map<string, string>();
			inPairs.set(pair, known.set(name ?? first, behind ?? left.shift() ?? ""));
		} else {
			const what = /^--[a-z-]+$/.test(option) ? option : "a word that belongs to no option";
			return { [unreadable]: `its line in crushrc has ${what}, which is not understood; add it by hand` };
		}
	}
	for (const [field, values] of inLists) entry.set(field, values);
	for (const [field, values] of inPairs) entry.set(field, Object.fromEntries(values));
	return Object.fromEntries(entry);
}
