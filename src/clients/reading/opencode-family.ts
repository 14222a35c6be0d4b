/** The shape of OpenCode's servers, which Kilo Code has, too. Pure. */
import { isObject } from "../../base/objects.ts";
import type { Place } from "../types.ts";
import type { Dialect, EntryDraft, Source } from "./draft.ts";
import { entriesAt, type NamedEntry, valueAt } from "./family.ts";
import { durationOf } from "./timeouts.ts";
import { syntaxes } from "./variables.ts";

/** Tells a server from what holds servers: version 2 keeps them in `mcp.servers`, which in version 1 is a server of that name. */
function isEntry(value: unknown): boolean {
	if (!isObject(value)) return false;
	const { type, command, url, enabled } = value;
	return [type, url].some((text) => typeof text === "string") || Array.isArray(command) || typeof enabled === "boolean";
}

function hasServers(document: unknown, place: Place): boolean {
	const servers = valueAt(document, ["mcp", "servers"], place);
	return servers !== undefined && !isEntry(servers);
}

export function openCodeKeys(document: unknown, place: Place): readonly string[] {
	return isObject(document) && isObject(document["mcp"]) && hasServers(document, place) ? ["mcp", "servers"] : ["mcp"];
}

/** Both versions' servers: a file may serve both. What else is in `mcp` are version 2's settings. */
export function openCodeEntries(document: unknown, keys: readonly string[], place: Place): readonly NamedEntry[] {
	if (keys.length === 1) return entriesAt(document, keys, place);
	const newer = entriesAt(document, keys, place);
	const names = new Set(newer.map(([name]) => name));
	const older = entriesAt(document, ["mcp"], place).filter(([name, raw]) => isEntry(raw) && !names.has(name));
	return [...newer, ...older];
}

export const openCodeDialect: Dialect = {
	variables: syntaxes.opencode,
	timeouts: { timeout: ["connect", "ms"] },
	before(draft, source) {
		readStages(draft, source);
		noteFilters(draft, source);
	},
};

const stages = { startup: "connect", execution: "tools" } as const;

/** Version 2 has three limits, of which a server may set its own and `mcp.timeout` those of all. */
function readStages({ fields, warn }: EntryDraft, { document, place }: Source): void {
	const own = fields.get("timeout");
	const common = valueAt(document, ["mcp", "timeout"], place);
	if (!isObject(own) && (own !== undefined || !isObject(common) || isEntry(common))) return;
	fields.delete("timeout");
	const written: Record<string, unknown> = { ...(isObject(common) ? common : {}), ...(isObject(own) ? own : {}) };
	const timeout: Record<string, string> = {};
	for (const [stage, step] of Object.entries(stages)) {
		if (written[stage] === undefined || written[stage] === null) continue;
		const duration = durationOf(written[stage], "ms");
		if (duration === undefined) warn(`timeout.${stage}`, "it is no time that could be waited for");
		else timeout[step] = duration;
	}
	if (isObject(own) && Object.hasOwn(own, "catalog")) {
		warn("timeout.catalog", "how long listing the tools may take is not limited by itself here");
	}
	if (Object.keys(timeout).length > 0) fields.set("timeout", timeout);
}

/** Version 1 switches tools off by patterns at the top of the file, with the server's name before the tool's. */
function noteFilters({ lossy }: EntryDraft, { document, name }: Source): void {
	const filters = isObject(document) ? document["tools"] : undefined;
	if (!isObject(filters)) return;
	const own = Object.entries(filters).filter(([pattern, isOn]) => isOn === false && pattern.startsWith(name));
	lossy.push(
		...own.map(([pattern]) => `tools: ${JSON.stringify(pattern)} is off in this file, and on here; see "tools.deny"`),
	);
}
