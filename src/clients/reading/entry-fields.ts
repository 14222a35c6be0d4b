/** The steps by which a client's fields become ours. Pure. */
import { isObject } from "../../base/objects.ts";
import { foreignTransports, ignoredFields, renamedFields, toolLists } from "../../config/foreign-fields.ts";
import { remoteSchema, stdioSchema } from "../../config/schema.ts";
import { show } from "../../config/wording.ts";
import type { Dialect, EntryDraft } from "./draft.ts";
import { durationOf } from "./timeouts.ts";

/** Gives what all clients mean by it one name, so that the steps after this one need not know the others. */
export function nameFields({ fields, warn }: EntryDraft): void {
	// Where both are there, clients that know both take this one.
	if (fields.has("httpUrl")) {
		if (fields.has("url")) warn("url", '"httpUrl" counts');
		fields.delete("url");
		if (!fields.has("type")) fields.set("type", "http");
	}
	for (const [theirs, ours] of renamedFields) {
		if (!fields.has(theirs)) continue;
		if (fields.has(ours)) warn(theirs, `"${ours}" counts`);
		else fields.set(ours, fields.get(theirs));
		fields.delete(theirs);
	}
}

const typesByName: Readonly<Record<string, string>> = {
	stdio: "stdio",
	local: "stdio",
	command: "stdio",
	http: "http",
	streamablehttp: "http",
	https: "http",
	sse: "sse",
	remote: "remote",
};

/** Makes the transport one that we know, or says which it is instead. */
export function readType({ fields, refuse }: EntryDraft, { untypedUrl, httpFallsBack }: Dialect): void {
	const written = fields.get("type");
	const type = typeof written === "string" ? typesByName[written.toLowerCase().replaceAll(/[-_ ]/g, "")] : undefined;
	if (type !== undefined) fields.set("type", type);
	else if (written !== undefined && !foreignTransports.has(written)) {
		refuse("type", `expected "stdio", "http" or "sse", found ${show(written)}`);
	}
	if (written === undefined) {
		if (fields.has("command") && fields.has("url"))
			refuse("url", 'there is also "command"; it is not said which counts');
		if (fields.has("url") && untypedUrl !== undefined) fields.set("type", untypedUrl);
	}
	// Without a type we find out, and try HTTP+SSE where the server does not know the newer transport.
	if (type === "http" && httpFallsBack === true && fields.has("url")) fields.delete("type");
}

/** What a client's bare numbers mean goes into `timeout`; what it does not mean stays for `adapt` to leave out. */
export function readTimeouts({ fields, warn }: EntryDraft, { timeouts = {} }: Dialect): void {
	const ours: Record<string, string> = {};
	for (const [field, [step, unit]] of Object.entries(timeouts)) {
		const value = fields.get(field);
		if (value === undefined || isObject(value)) continue;
		fields.delete(field);
		const duration = durationOf(value, unit);
		if (duration === undefined) warn(field, "it is no time that could be waited for");
		else ours[step] ??= duration;
	}
	if (Object.keys(ours).length > 0) fields.set("timeout", { ...ours });
}

const known = new Set([...ignoredFields().map(([field]) => field), "oauth", "auth"]);
const listNames = new Set(toolLists.map(([field]) => field));

/** What we do not have and what is switched off there anyway needs no word. */
export function dropSilent({ fields }: EntryDraft): void {
	for (const [field, value] of fields) {
		const isHarmless = known.has(field) && saysNothing(value);
		// Only here to say whose the entry is.
		const isLabel = field === "name" || field === "displayName" || field === "source" || field === "version";
		const isEverything = listNames.has(field) && Array.isArray(value) && value.length === 1 && value[0] === "*";
		const isPlainSignIn = field === "oauth" && value === true;
		if (isHarmless || isLabel || isEverything || isPlainSignIn) fields.delete(field);
	}
}

function saysNothing(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	if (isObject(value)) return Object.keys(value).length === 0;
	return value === false || value === "" || value === null;
}

/** Fields of ours that no other client has: what is called so elsewhere is something else. */
const oursAlone = ["features", "expose", "startup", "idleTimeout", "tls"];

/** Leaves out what is not known, and what a server of its kind cannot have. */
export function keepOnlyOurs({ fields, lossy, warn }: EntryDraft, client: string): void {
	const isRemote = fields.has("type") ? fields.get("type") !== "stdio" : fields.has("url");
	const usable: readonly string[] = Object.keys((isRemote ? remoteSchema : stdioSchema).entries);
	const others = new Set(Object.keys((isRemote ? stdioSchema : remoteSchema).entries));
	for (const [field, value] of fields) {
		if (usable.includes(field) && !(oursAlone.includes(field) && !isOwn(field, value))) continue;
		fields.delete(field);
		if (saysNothing(value)) continue;
		if (others.has(field)) warn(field, isRemote ? "a server at a URL has none" : "a program has none");
		else lossy.push(`${field}: left out; it is not known what ${client} means by it`);
	}
	if (fields.has("description") && typeof fields.get("description") !== "string") fields.delete("description");
	if (fields.has("timeout") && !isObject(fields.get("timeout"))) fields.delete("timeout");
}

/** Only a client's own step (see `Dialect`) sets it: in our form. */
function isOwn(field: string, value: unknown): boolean {
	return (
		field === "tls" &&
		isObject(value) &&
		Object.keys(value).every((key) => key === "rejectUnauthorized" || key === "ca")
	);
}

/** In our order, without what is the default anyway. */
export function sayOnlyWhatCounts({ fields }: EntryDraft): void {
	if (fields.get("enabled") === true) fields.delete("enabled");
	if (fields.get("type") === "stdio") fields.delete("type");
	for (const field of ["args", "env", "headers", "oauth_scopes", "oauth_client_id", "description"]) {
		if (saysNothing(fields.get(field))) fields.delete(field);
	}
	const order = [...Object.keys(stdioSchema.entries), ...Object.keys(remoteSchema.entries)];
	const first = ["enabled", "description", "type", "command", "args", "env", "envFile", "cwd", "url", "headers"];
	const wanted = [...new Set([...first, ...order])];
	const sorted = [...fields].sort(([a], [b]) => wanted.indexOf(a) - wanted.indexOf(b));
	fields.clear();
	for (const [field, value] of sorted) fields.set(field, value);
}
