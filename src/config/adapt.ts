/** Turns a server entry written for another MCP client into ours. Pure; says what it could not keep. */
import { adaptTools, isOurTools } from "./adapt-tools.ts";
import type { Draft } from "./draft.ts";
import { parseDuration } from "./duration.ts";
import { ignoredFields, oauthFields, renamedFields, typeAliases } from "./foreign-fields.ts";
import { remoteSchema, stdioSchema } from "./schema.ts";
import { fieldPath } from "./wording.ts";

export interface AdaptedEntry {
	/** In our format, not validated yet. What was not understood is still in it, for the validation to report. */
	entry: Record<string, unknown>;
	/** What was left out, by server and field. */
	warnings: string[];
	problems: string[];
}

/** Never loses a `disabled: true`, and leaves an entry in our own format as it is. */
export function adapt(name: string, raw: Readonly<Record<string, unknown>>): AdaptedEntry {
	if (isOurs(raw)) return { entry: { ...raw }, warnings: [], problems: [] };
	const warnings: string[] = [];
	const problems: string[] = [];
	const draft: Draft = {
		// A Map, because a key may be called `__proto__`.
		fields: new Map(Object.entries(raw)),
		warn: (field, why) => warnings.push(`${fieldPath("mcpServers", name, field)}: ignored; ${why}`),
		refuse: (field, why) => problems.push(`${fieldPath("mcpServers", name, field)}: ${why}`),
	};
	adaptDraft(draft);
	return { entry: Object.fromEntries(draft.fields), warnings, problems };
}

/** What all clients have in common; what is not understood stays. */
export function adaptDraft(draft: Draft): void {
	rename(draft);
	adaptType(draft);
	adaptDisabled(draft);
	adaptCommand(draft);
	adaptOauth(draft);
	adaptTimeout(draft);
	adaptTools(draft);
	dropIgnored(draft);
}

const ownFields = new Set([...Object.keys(stdioSchema.entries), ...Object.keys(remoteSchema.entries)]);

/** Most entries are in our own format, and every start of the program reads them all: they skip the rest. */
function isOurs(raw: Readonly<Record<string, unknown>>): boolean {
	const { type, command, timeout, tools } = raw;
	const hasOurShapes = !Array.isArray(command) && typeof timeout !== "number" && typeof timeout !== "string";
	return (
		hasOurShapes &&
		(tools === undefined || isOurTools(tools)) &&
		!typeAliases.has(type) &&
		Object.keys(raw).every((field) => ownFields.has(field))
	);
}

function rename({ fields, warn }: Draft): void {
	for (const [theirs, ours] of renamedFields) {
		if (!fields.has(theirs)) continue;
		if (fields.has(ours)) warn(theirs, `"${ours}" is used instead`);
		else fields.set(ours, fields.get(theirs));
		fields.delete(theirs);
	}
}

function adaptType({ fields }: Draft): void {
	const type = fields.get("type");
	if (!typeAliases.has(type)) return;
	const alias = typeAliases.get(type);
	if (alias !== undefined) fields.set("type", alias);
	else if (fields.has("url")) fields.delete("type");
	// Without a type it would be taken for a program: what it lacks is its url.
	else fields.set("type", "http");
}

function adaptDisabled({ fields, warn, refuse }: Draft): void {
	if (!fields.has("disabled")) return;
	const disabled = fields.get("disabled");
	fields.delete("disabled");
	if (typeof disabled !== "boolean") {
		refuse("disabled", 'expected true or false; our own field is "enabled"');
		return;
	}
	if (!disabled) return;
	if (fields.get("enabled") === true) warn("enabled", 'the server stays off because "disabled" is true');
	fields.set("enabled", false);
}

/** OpenCode's `"command": ["npx", "-y", "server"]`. */
function adaptCommand({ fields }: Draft): void {
	const command = fields.get("command");
	if (!Array.isArray(command) || command.length === 0) return;
	const [program, ...first]: unknown[] = command;
	const args = fields.get("args") ?? [];
	fields.set("command", program);
	// Anything but a list stays as it is: the validation names it.
	if (Array.isArray(args)) fields.set("args", [...first, ...(args as unknown[])]);
}

/** Claude Code, OpenCode, Gemini, Cursor: an object that holds the client and the scopes, spelled in many ways. */
function adaptOauth({ fields, warn }: Draft): void {
	for (const field of ["oauth", "auth"]) {
		if (!fields.has(field)) continue;
		const theirs = fields.get(field);
		fields.delete(field);
		if (typeof theirs !== "object" || theirs === null) {
			warn(field, "sign-in starts when the server asks for it");
			continue;
		}
		const unused: string[] = [];
		for (const [key, value] of Object.entries(theirs)) {
			const ours = oauthFields.get(key.toLowerCase().replaceAll("_", ""));
			if (ours === undefined || fields.has(ours)) unused.push(key);
			else fields.set(ours, inOurForm(ours, value));
		}
		if (fields.has("oauth_client_secret") && !fields.has("oauth_client_id")) {
			fields.delete("oauth_client_secret");
			warn(field, "a secret is of no use without its client id");
		}
		if (unused.length > 0)
			warn(field, `of it only a client id, its secret, scopes and a port are used, not ${unused.join(", ")}`);
	}
}

function inOurForm(field: string, value: unknown): unknown {
	if (typeof value !== "string") return value;
	if (field === "oauth_scopes") return words(value);
	return field === "oauth_redirect_port" && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

function words(text: string): string[] {
	return text.split(/[\s,]+/).filter((word) => word !== "");
}

function adaptTimeout({ fields, warn }: Draft): void {
	const timeout = fields.get("timeout");
	if (typeof timeout !== "number" && typeof timeout !== "string") return;
	// With its unit there is no doubt: of other clients it is the time for a call.
	if (typeof timeout === "string" && /[a-z]/i.test(timeout)) {
		const duration = parseDuration(timeout, 0);
		if ("ms" in duration) fields.set("timeout", { tools: timeout });
		else {
			warn("timeout", duration.problem);
			fields.delete("timeout");
		}
		return;
	}
	warn(
		"timeout",
		'clients do not agree whether a bare number is seconds or milliseconds; write "timeout": { "tools": "60s" }',
	);
	fields.delete("timeout");
}

function dropIgnored({ fields, warn }: Draft): void {
	for (const [field, why] of ignoredFields()) {
		if (fields.delete(field)) warn(field, why);
	}
}
