/** Puts the texts of a client's entry into our form, field by field. Pure. */
import { isObject } from "../../base/objects.ts";
import { fieldPath } from "../../config/wording.ts";
import type { Dialect, EntryDraft, Source } from "./draft.ts";
import { fillAsOurs } from "./fill.ts";
import { variableFor } from "./secrets.ts";
import type { Surroundings } from "./variables.ts";

/** The fields that we fill variables into; in all others a text is what it is. */
const textFields = [
	"command",
	"args",
	"env",
	"envFile",
	"cwd",
	"url",
	"headers",
	"oauth_client_id",
	"oauth_client_secret",
];

export function fillTexts(draft: EntryDraft, dialect: Dialect, source: Source): void {
	const { fields } = draft;
	dropFolderOfClient(draft, source);
	const fill = (value: unknown, ...keys: (string | number)[]): unknown => {
		if (typeof value === "string") return fillText(value, fieldPath(...keys), draft, dialect, source);
		if (Array.isArray(value))
			return value.map((each: unknown, index) => (isNested(each) ? each : fill(each, ...keys, index)));
		if (!isObject(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, each]) => [key, isNested(each) ? each : fill(each, ...keys, key)]),
		);
	};
	for (const field of textFields) {
		if (fields.has(field)) fields.set(field, fill(fields.get(field), field));
	}
	for (const field of ["oauth", "auth"]) {
		// An empty one, or a yes or no, is for others to judge.
		if (isObject(fields.get(field))) fields.set(field, fill(fields.get(field), field));
	}
	homeInArguments(draft, dialect, source);
}

/** Deeper than a list or an object of texts goes nothing that is valid: YAML may even lead in circles. */
function isNested(value: unknown): boolean {
	return typeof value === "object";
}

function fillText(text: string, field: string, draft: EntryDraft, dialect: Dialect, source: Source): string {
	const { machine, place, client, inputs, group } = source;
	const key = /(?:\.|\[")([^.[\]"]+)"?\]?$/.exec(field)?.[1] ?? "TOKEN";
	const around: Surroundings = {
		client,
		platform: machine.platform,
		project: place.scope === "project" ? machine.project : undefined,
		inputs,
		field,
		variable: variableFor(group, key),
	};
	const isFilled = dialect.fillsOnly?.(field) ?? true;
	const filled = fillAsOurs(text, isFilled ? dialect.variables : [], around);
	if ("problem" in filled) {
		draft.problems.push(filled.problem);
		return text;
	}
	draft.todo.push(...filled.todo);
	return filled.text;
}

/** A program runs in the client's folder anyway. */
function dropFolderOfClient({ fields, warn }: EntryDraft, { place }: Source): void {
	const cwd = fields.get("cwd");
	if (place.scope !== "global" || typeof cwd !== "string" || !/^\$\{workspace(?:Folder|Root)\}[\\/]?$/.test(cwd))
		return;
	fields.delete("cwd");
	warn("cwd", "the program runs in the folder that dynamic-mcp is started in, which in most clients is the project's");
}

function homeInArguments({ fields }: EntryDraft, { hasHomeInArguments }: Dialect, { machine }: Source): void {
	const args = fields.get("args");
	if (hasHomeInArguments !== true || !Array.isArray(args)) return;
	const home = machine.platform === "win32" ? "${USERPROFILE}" : "${HOME}";
	fields.set(
		"args",
		args.map((each: unknown) => (typeof each === "string" ? each.replace(/^~(?=$|[\\/])/, home) : each)),
	);
}
