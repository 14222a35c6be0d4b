/** Prints events to stderr, which is the only place they ever go: stdout is the protocol. */
import type { ConsolaInstance } from "consola";

import { errorTrace } from "../base/errors.ts";
import type { Emit, Event } from "./events.ts";

/** From quiet to talkative; each level includes those before it. */
export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;

export type LogLevel = (typeof logLevels)[number];

const levels: Readonly<Record<Event["kind"], Exclude<LogLevel, "silent">>> = {
	config: "warn",
	"config-applied": "info",
	cache: "warn",
	"sign-in": "warn",
	"group-starting": "debug",
	"group-ready": "info",
	"group-failed": "warn",
	"group-closed": "info",
	"group-stderr": "debug",
	"group-trouble": "info",
	"group-ignored": "info",
	"client-ignored": "info",
	call: "debug",
	stopping: "info",
	internal: "error",
};

/** Longest quotation of what a server or client sent. */
const maxQuote = 200;

export function isLogLevel(value: unknown): value is LogLevel {
	return (logLevels as readonly unknown[]).includes(value);
}

/** Events below `level` cost next to nothing; `redact` sees every text before it is printed. */
export function createLog(level: LogLevel, redact: (text: string) => string): Emit {
	const rank = logLevels.indexOf(level);
	let consola: ConsolaInstance | undefined;
	return (event) => {
		const level = levels[event.kind];
		if (logLevels.indexOf(level) > rank) return;
		consola ??= openConsola();
		consola[level](redact(describe(event, redact)));
	};
}

/** Loaded at the first line that is printed: loading it, and `process.stderr`, takes longer than the rest of the start. */
function openConsola(): ConsolaInstance {
	const { createConsola } = require("consola/basic") as typeof import("consola/basic");
	return createConsola({ level: 4, stdout: process.stderr, stderr: process.stderr });
}

function describe(event: Event, redact: (text: string) => string): string {
	// Redacted before it is cut: half a secret is not found any more.
	const quote = (text: string) => shorten(redact(text));
	switch (event.kind) {
		case "config":
			return event.problem;
		case "config-applied":
			return `the changed config holds now: ${describeChanges(event)}`;
		case "cache":
		case "sign-in":
			return event.problem;
		case "group-starting":
			return `group "${event.group}" is starting`;
		case "group-ready":
			return `group "${event.group}" is ready after ${ms(event.tookMs)}: ${event.server}`;
		case "group-failed":
			return event.problem;
		case "group-closed":
			return `group "${event.group}" is closed: ${event.detail}`;
		case "group-stderr":
			return `group "${event.group}" stderr: ${event.line}`;
		case "group-trouble":
			return `group "${event.group}": ${event.what}`;
		case "group-ignored":
			return `group "${event.group}" sent what is ignored (${event.what}): ${quote(event.text)}`;
		case "client-ignored":
			return `the client sent what is ignored (${event.what}): ${quote(event.text)}`;
		case "call":
			return `call of ${event.group}/${event.tool}: ${event.outcome}`;
		case "stopping":
			return `stopping: ${event.reason}`;
		case "internal":
			return `internal error: ${errorTrace(event.error)}`;
		default:
			return event satisfies never;
	}
}

function describeChanges({ added, removed, changed }: Event & { kind: "config-applied" }): string {
	const parts = Object.entries({ added, removed, restarted: changed }).filter(([, names]) => names.length > 0);
	const text = parts.map(([what, names]) => `${what} ${names.join(", ")}`).join("; ");
	return text === "" ? "no server had to be restarted" : text;
}

function ms(duration: number): string {
	return `${Math.round(duration)} ms`;
}

function shorten(text: string): string {
	return text.length <= maxQuote ? text : `${text.slice(0, maxQuote)}…`;
}
