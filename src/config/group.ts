/** Makes a group of one raw entry of `mcpServers`. Pure. */
import { isObject } from "../base/objects.ts";
import { adapt } from "./adapt.ts";
import { type Env, expandServer } from "./expand.ts";
import { expandHome } from "./file.ts";
import { foreignTransports } from "./foreign-fields.ts";
import { unusableOauth } from "./oauth.ts";
import type { ServerConfig, ServerEntry, ServerSettings } from "./schema.ts";
import { secretsOf } from "./secrets.ts";
import { isPem, mapPem, tlsWarnings } from "./tls.ts";
import { validateServer } from "./validate.ts";
import { fieldPath, kindOf } from "./wording.ts";

/** One configured upstream as the model sees it. */
export interface GroupConfig {
	name: string;
	/** With its variables filled in, except those that are not set. */
	server: ServerConfig;
	/** The same before any variable, home folder or relative path is filled in: what it is told apart from others by. */
	written: ServerConfig;
	/** Why the server cannot be used although its entry is well formed; undefined when it can. */
	misconfigured: string | undefined;
}

export type ParsedGroup = { warnings: string[] } & (
	{ group: GroupConfig; secrets: () => string[] } | { problems: string[] }
);

export interface Surroundings {
	env: Env;
	/** The home folder, for `~/` in `command`, `envFile`, `cwd`, `tls` and `oauth_private_key`. */
	home: string;
}

interface Place extends Surroundings {
	/** Of the config file, absolute: a relative `envFile` is beside it, as are the files of keys and certificates. */
	path: string;
	settings: ServerSettings;
}

/** What is wrong with the entry itself is a problem; what is wrong with the surroundings makes it misconfigured. */
export function parseGroup(name: string, raw: unknown, { env, home, path, settings }: Place): ParsedGroup {
	const at = fieldPath("mcpServers", name);
	if (name.trim() === "") return { problems: [`${at}: a server needs a name`], warnings: [] };
	if (!isObject(raw)) return { problems: [`${at}: expected an object, found ${kindOf(raw)}`], warnings: [] };
	const { entry, warnings, problems } = adapt(name, raw);
	const isForeign = foreignTransports.has(entry["type"]);
	const validated = validateServer(name, isForeign ? withoutType(entry) : entry);
	if ("problems" in validated) return { problems: [...problems, ...validated.problems], warnings };
	if (problems.length > 0) return { problems, warnings };

	const written = settle(validated.server, settings);
	const { server, unset, used, foreign } = expandServer(written, env);
	const reasons = unset.map(({ field, variable }) => `${field} uses \${${variable}}, which is not set`);
	if (isForeign) {
		reasons.unshift(`type ${JSON.stringify(entry["type"])} is not supported; use "http", "sse" or "stdio"`);
	}
	const misconfigured = reasons.length > 0 ? [...new Set(reasons)].join("; ") : whyUnusable(server);
	// A server that is switched off needs no repair.
	if (misconfigured !== undefined && server.enabled) warnings.push(`${at}: ${misconfigured}`);
	if (server.enabled) {
		for (const { keys, reference, advice } of foreign) {
			const field = fieldPath("mcpServers", name, ...keys);
			warnings.push(`${field}: ${reference} is another client's way, and not filled in here; ${advice}`);
		}
	}
	if (server.type !== "stdio" && server.enabled) warnings.push(...tlsWarnings(name, server));
	// A reference that was left in place is no secret: redacting it would hide which variable is missing.
	const secrets = () => secretsOf(server, used).filter((secret) => unset.length === 0 || !secret.includes("${"));
	return { group: { name, server: withPaths(server, { home, path }), written, misconfigured }, secrets, warnings };
}

/** What is left says by its fields whether it is a program or an address, so that the rest of it is still checked. */
function withoutType(entry: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const { type: _, ...rest } = entry;
	return rest;
}

/** 0 counts where it is set: it is never, or no limit. */
function settle(entry: ServerEntry, settings: ServerSettings): ServerConfig {
	return {
		...entry,
		startup: entry.startup ?? settings.startup,
		idleTimeoutMs: entry.idleTimeoutMs ?? settings.idleTimeoutMs,
		expose: entry.expose ?? settings.expose,
		resultBudget: entry.resultBudget ?? settings.resultBudget,
		discoveryBudget: entry.discoveryBudget ?? settings.discoveryBudget,
		format: entry.format ?? settings.format,
	};
}

/** What can only be seen once variables are filled in. Values stay out of the text: they may be secrets. */
function whyUnusable(server: ServerConfig): string | undefined {
	if (server.type === "stdio") {
		if (server.command.trim() === "") return "command is empty";
		return server.envFile?.trim() === "" ? "envFile is empty" : undefined;
	}
	const url = URL.parse(server.url);
	if (url === null && /^https?:\/\//i.test(server.url)) return "url has a host or port that cannot be one";
	if (url?.protocol !== "http:" && url?.protocol !== "https:") return "url is not an http:// or https:// address";
	const bad = Object.entries(server.headers).find(([name, value]) => !isHeader(name, value));
	if (bad !== undefined) return `${fieldPath("headers", bad[0])} cannot be sent as an HTTP header`;
	const { ca, cert, key } = server.tls ?? {};
	const empty = Object.entries({ ca, cert, key }).find(([, text]) => text?.trim() === "");
	return empty === undefined ? unusableOauth(server) : `${fieldPath("tls", empty[0])} is empty`;
}

function isHeader(name: string, value: string): boolean {
	try {
		return new Headers([[name, value]]).has(name);
	} catch {
		// The caller says which header it is; the error would show its value.
		return false;
	}
}

function withPaths(server: ServerConfig, { home, path }: Pick<Place, "home" | "path">): ServerConfig {
	if (server.type !== "stdio") {
		// OpenSSL overlooks a certificate that does not start at the start of a line.
		const place = (text: string) => (isPem(text) ? text.trimStart() : beside(path, expandHome(text, home)));
		const { tls, oauthPrivateKey } = server;
		return {
			...server,
			...(tls === undefined ? {} : { tls: mapPem(tls, place) }),
			...(oauthPrivateKey === undefined ? {} : { oauthPrivateKey: place(oauthPrivateKey) }),
		};
	}
	const { command, cwd, envFile } = server;
	return {
		...server,
		command: expandHome(command, home),
		...(cwd === undefined ? {} : { cwd: expandHome(cwd, home) }),
		...(envFile === undefined ? {} : { envFile: beside(path, expandHome(envFile, home)) }),
	};
}

/** `node:path` takes a moment to load, and few servers have such files. */
function beside(configFile: string, file: string): string {
	const { dirname, resolve } = require("node:path") as typeof import("node:path");
	return resolve(dirname(configFile), file);
}
