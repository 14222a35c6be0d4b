/** Finds the servers in a config file's outermost object, be it ours or another client's. Pure. */
import { nearest } from "../base/nearest.ts";
import { isObject } from "../base/objects.ts";
import { defaultSettings, type Settings } from "./schema.ts";
import { parseSettings } from "./settings.ts";
import { fieldPath, kindOf } from "./wording.ts";

export interface TopLevel {
	/** Name and raw entry, in the order of the file. */
	servers: [string, unknown][];
	settings: Settings;
	problems: string[];
	warnings: string[];
}

/** With how much longer or shorter a misspelled key may be: client files have a `uiSettings` that means something else. */
const ourKeys = new Map([
	["mcpServers", 2],
	["$schema", 2],
	["settings", 1],
]);

/** Keys under which other clients keep their servers. */
const foreignKeys = new Map([
	["servers", "VS Code"],
	["mcp", "OpenCode"],
	["context_servers", "Zed"],
	["extensions", "Goose"],
	["amp.mcpServers", "Amp"],
]);

export function serversIn(root: unknown): TopLevel {
	if (!isObject(root)) return refuse(`expected an object with "mcpServers", found ${kindOf(root)}`);
	const problems: string[] = [];
	const ignored: string[] = [];
	for (const key of Object.keys(root)) {
		if (ourKeys.has(key)) continue;
		const meant = meantBy(key);
		if (meant === undefined) ignored.push(key);
		else problems.push(`${fieldPath(key)}: unknown field; did you mean "${meant}"?`);
	}
	if (Object.hasOwn(root, "$schema") && typeof root["$schema"] !== "string") {
		problems.push(`$schema: expected a string, found ${kindOf(root["$schema"])}`);
	}
	let settings = defaultSettings;
	if (Object.hasOwn(root, "settings")) {
		const parsed = parseSettings(root["settings"]);
		if ("problems" in parsed) problems.push(...parsed.problems);
		else ({ settings } = parsed);
	}
	if (!Object.hasOwn(root, "mcpServers")) {
		// Where it is there but misspelled, that has been said.
		const misspelled = Object.keys(root).some((key) => meantBy(key) === "mcpServers");
		return refuse(...problems, ...(misspelled ? [] : [whatIsMissing(Object.keys(root))]));
	}
	const servers = root["mcpServers"];
	if (!isObject(servers)) return refuse(...problems, `mcpServers: expected an object, found ${kindOf(servers)}`);
	const warnings = ignored.length > 0 ? [`ignored at the top level: ${firstFive(ignored)}`] : [];
	return { servers: Object.entries(servers), settings, problems, warnings };
}

function refuse(...problems: string[]): TopLevel {
	return { servers: [], settings: defaultSettings, problems, warnings: [] };
}

/** Whole client files have keys like `disabledMcpServers`, which resemble ours without being misspelled. */
function meantBy(key: string): string | undefined {
	const [best = ""] = nearest(key, ourKeys.keys(), 1);
	return Math.abs(best.length - key.length) <= (ourKeys.get(best) ?? -1) ? best : undefined;
}

function whatIsMissing(keys: readonly string[]): string {
	const foreign = keys.find((key) => foreignKeys.has(key));
	if (foreign !== undefined) {
		return `mcpServers: missing; found "${foreign}", as ${foreignKeys.get(foreign)} writes it: rename it to "mcpServers"`;
	}
	return `mcpServers: missing; found ${keys.length === 0 ? "an empty object" : `only ${firstFive(keys)}`}`;
}

function firstFive(keys: readonly string[]): string {
	const shown = keys.slice(0, 5).map((key) => JSON.stringify(key));
	return keys.length > 5 ? `${shown.join(", ")} and ${keys.length - 5} more` : shown.join(", ");
}
