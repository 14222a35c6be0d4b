/** Checks one server entry in our format and says, field by field, what is wrong with it. Pure. */
import * as v from "valibot";

import { isObject } from "../base/objects.ts";
import { lonelyOauth } from "./oauth.ts";
import { remoteSchema, type ServerEntry, stdioSchema } from "./schema.ts";
import { fieldPath, kindOf, show, suggest } from "./wording.ts";

export type ValidatedServer = { server: ServerEntry } | { problems: string[] };

type Entry = Readonly<Record<string, unknown>>;
type Kind = "stdio" | "remote";
type Locate = (...keys: (string | number)[]) => string;

/** Every problem is one line that starts with the path of the field. No line shows a value that may be a secret. */
export function validateServer(name: string, entry: Entry): ValidatedServer {
	const at: Locate = (...keys) => fieldPath("mcpServers", name, ...keys);
	const kind = kindOfServer(entry);
	const result = v.safeParse(kind === "stdio" ? stdioSchema : remoteSchema, entry, {
		abortPipeEarly: true,
		message: explain,
	});
	const shapes = [...wrongShapes(entry, at), ...lonelyHalf(entry, kind, at)];
	if (kind === "remote") shapes.push(...lonelyOauth(entry).map(([field, problem]) => `${at(field)}: ${problem}`));
	if (result.success && shapes.length === 0) return { server: result.output };
	const problems = [...wrongType(entry, at), ...unknownFields(entry, kind, at), ...shapes];
	for (const issue of result.issues ?? []) {
		const keys = keysOf(issue);
		// Both are reported above: valibot stops at the first unknown field, and knows no aliases of `type`.
		if (issue.expected === "never" || keys[0] === "type") continue;
		const neither = keys[0] === "command" && issue.input === undefined && !Object.hasOwn(entry, "type");
		problems.push(
			neither
				? `${at()}: needs "command" (a program to start) or "url" (a remote server)`
				: `${at(...keys)}: ${issue.message}`,
		);
	}
	return { problems };
}

/** `type` decides; without one that we know, a `url` makes a server remote, as in the configs of version 1. */
function kindOfServer(entry: Entry): Kind {
	if (entry["type"] === "stdio") return "stdio";
	return entry["type"] === "http" || entry["type"] === "sse" || Object.hasOwn(entry, "url") ? "remote" : "stdio";
}

function wrongType(entry: Entry, at: Locate): string[] {
	const type = entry["type"];
	if (!Object.hasOwn(entry, "type") || type === "stdio" || type === "http" || type === "sse") return [];
	return [`${at("type")}: expected "stdio", "http" or "sse", found ${show(type)}`];
}

const fieldsOf: Readonly<Record<Kind, readonly string[]>> = {
	stdio: Object.keys(stdioSchema.entries),
	remote: Object.keys(remoteSchema.entries),
};
const everyField = [...new Set([...fieldsOf.stdio, ...fieldsOf.remote])];

function unknownFields(entry: Entry, kind: Kind, at: Locate): string[] {
	const because = Object.hasOwn(entry, "type") ? "" : `, which this is ${kind === "stdio" ? "without" : "with"} "url"`;
	const problems = Object.keys(entry)
		.filter((field) => !fieldsOf[kind].includes(field))
		.map((field) =>
			everyField.includes(field)
				? `${at(field)}: not a field of a ${kind} server${because}`
				: `${at(field)}: unknown field; ${suggest(field, fieldsOf[kind], everyField)}`,
		);
	const { features, tools, timeout } = stdioSchema.entries;
	const { tls } = remoteSchema.entries;
	for (const [field, schema] of Object.entries({ features, tools, timeout, ...(kind === "remote" ? { tls } : {}) })) {
		const allowed = Object.keys(schema.wrapped.entries);
		const value = entry[field];
		const unknown = isObject(value) ? Object.keys(value).filter((key) => !allowed.includes(key)) : [];
		problems.push(...unknown.map((key) => `${at(field, key)}: unknown field; ${suggest(key, allowed)}`));
	}
	return problems;
}

const objectFields = ["features", "tools", "timeout", "env", "headers", "tls"];
const reservedNames = ["", "__proto__", "constructor", "prototype"];

/** What valibot takes for an object, or leaves out, without a word. */
function wrongShapes(entry: Entry, at: Locate): string[] {
	const problems: string[] = [];
	for (const field of objectFields) {
		const value = entry[field];
		if (Array.isArray(value)) problems.push(`${at(field)}: expected an object, found a list`);
		if ((field !== "env" && field !== "headers") || !isObject(value)) continue;
		for (const name of reservedNames) {
			if (Object.hasOwn(value, name)) problems.push(`${at(field, name)}: this name cannot be used`);
		}
	}
	return problems;
}

/** A client certificate is of no use without its key, nor the key without it. */
function lonelyHalf({ tls }: Entry, kind: Kind, at: Locate): string[] {
	if (kind !== "remote" || !isObject(tls)) return [];
	const [missing, ...both] = ["cert", "key"].filter((field) => !Object.hasOwn(tls, field));
	if (missing === undefined || both.length > 0) return [];
	return [`${at("tls", missing)}: missing; "cert" and "key" belong together`];
}

/** Where an issue is. */
export function keysOf({ path }: v.BaseIssue<unknown>): (string | number)[] {
	return (path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
}

const expectations = new Map<string | null, string>([
	["string", "a string"],
	["Array", "a list"],
	["Object", "an object"],
]);

/** What valibot's own message would say, in our words. */
export function explain({ expected, input }: v.BaseIssue<unknown>): string {
	if (input === undefined) return "missing";
	return `expected ${expectations.get(expected) ?? expected}, found ${kindOf(input)}`;
}
