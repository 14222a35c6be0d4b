/** Makes one of our entries of one of a client's. Pure; never throws, however strange the entry is. */
import { isObject } from "../../base/objects.ts";
import { adaptDraft } from "../../config/adapt.ts";
import { expandText } from "../../config/expand.ts";
import { foreignTransports } from "../../config/foreign-fields.ts";
import { parseGroup } from "../../config/group.ts";
import { defaultSettings } from "../../config/schema.ts";
import { fieldPath, kindOf } from "../../config/wording.ts";
import type { ReadServer } from "../types.ts";
import { createDraft, type Dialect, type EntryDraft, type Source } from "./draft.ts";
import { dropSilent, keepOnlyOurs, nameFields, readTimeouts, readType, sayOnlyWhatCounts } from "./entry-fields.ts";
import { fillTexts } from "./entry-texts.ts";
import { isOurselves } from "./ourselves.ts";
import { settlePaths } from "./relative-paths.ts";
import { findSecrets } from "./secrets.ts";

type Outcome = ReadServer extends infer Server
	? Server extends unknown
		? Omit<Server, "name" | "group">
		: never
	: never;

export function readEntry(raw: unknown, dialect: Dialect, source: Source): ReadServer {
	const { name, group } = source;
	return { name, group, ...outcomeOf(raw, dialect, source) };
}

/** In their own clients only: a client's own servers, and such as run inside of a program that uses it as a library. */
const builtInTypes = new Set<unknown>([
	"builtin",
	"platform",
	"frontend",
	"sdk",
	"sse-ide",
	"ws-ide",
	"claudeai-proxy",
]);

function outcomeOf(raw: unknown, dialect: Dialect, source: Source): Outcome {
	if (!isObject(raw)) return { kind: "failed", reason: `expected an object, found ${kindOf(raw)}` };
	const builtIn = builtInTypes.has(raw["type"]) || raw["bundled"] === true;
	const skipped = dialect.skip?.(raw) ?? (builtIn ? `it is a part of ${source.client} itself` : undefined);
	if (skipped !== undefined) return { kind: "skipped", reason: skipped };

	const draft = createDraft(raw);
	dialect.before?.(draft, source);
	nameFields(draft);
	const command = [draft.fields.get("command")].flat();
	const args: unknown[] = [...command.slice(1), draft.fields.get("args") ?? []].flat();
	if (isOurselves(command[0], args)) return { kind: "skipped", reason: "it is dynamic-mcp itself" };

	fillTexts(draft, dialect, source);
	dialect.after?.(draft, source);
	readType(draft, dialect);
	readTimeouts(draft, dialect);
	dropSilent(draft);
	adaptDraft(draft);
	if (dialect.isOff?.(source) === true) draft.fields.set("enabled", false);
	keepOnlyOurs(draft, source.client);
	settlePaths(draft, source);
	sayOnlyWhatCounts(draft);
	return validated(draft, source);
}

function validated({ fields, lossy, todo, problems }: EntryDraft, { group, place, machine }: Source): Outcome {
	const type = fields.get("type");
	if (foreignTransports.has(type)) problems.push(`type: ${JSON.stringify(type)} is not supported`);
	if (problems.length > 0) return { kind: "failed", reason: unique(problems).join("; ") };
	const entry = Object.fromEntries(fields);
	const parsed = parseGroup(group, entry, {
		env: {},
		home: machine.home,
		path: place.path,
		settings: defaultSettings,
	});
	if ("problems" in parsed) {
		return { kind: "failed", reason: parsed.problems.map((problem) => withoutPath(problem, group)).join("; ") };
	}
	// What depends on variables shows only once they are known.
	const { misconfigured } = parsed.group;
	if (misconfigured !== undefined && !usesVariables(entry)) return { kind: "failed", reason: misconfigured };
	const secrets = findSecrets(group, entry);
	return { kind: "imported", entry, lossy: unique(lossy), todo: unique(todo), secrets };
}

/** The problems name the field from the top of our config, where the entry is not yet. */
function withoutPath(problem: string, group: string): string {
	const start = fieldPath("mcpServers", group);
	return problem.startsWith(start) ? problem.slice(start.length).replace(/^\.|^: /, "") : problem;
}

function usesVariables(entry: Readonly<Record<string, unknown>>): boolean {
	// Each of them is filled in with something that stands nowhere else.
	const text = JSON.stringify(entry);
	return expandText(text, {}).unset.length > 0 || /(?<!\$)\$\{\w+:-/.test(text);
}

function unique(texts: readonly string[]): string[] {
	return [...new Set(texts)];
}
