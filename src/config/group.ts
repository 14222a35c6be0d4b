/** Makes a group of one raw entry of `mcpServers`. Pure. */
import { adapt } from "./adapt.ts";
import { type Env, expandServer } from "./expand.ts";
import type { ServerConfig } from "./schema.ts";
import { secretsOf } from "./secrets.ts";
import { validateServer } from "./validate.ts";
import { fieldPath, isObject, kindOf } from "./wording.ts";

/** One configured upstream as the model sees it. */
export interface GroupConfig {
	name: string;
	/** With its variables filled in, except those that are not set. */
	server: ServerConfig;
	/** Why the server cannot be used although its entry is well formed; undefined when it can. */
	misconfigured: string | undefined;
}

export type ParsedGroup = { warnings: string[] } & (
	{ group: GroupConfig; secrets: () => string[] } | { problems: string[] }
);

export interface Surroundings {
	env: Env;
	/** The home folder, for `~/` in `command` and `cwd`. */
	home: string;
}

/** What is wrong with the entry itself is a problem; what is wrong with the surroundings makes it misconfigured. */
export function parseGroup(name: string, raw: unknown, { env, home }: Surroundings): ParsedGroup {
	const at = fieldPath("mcpServers", name);
	if (name.trim() === "") return { problems: [`${at}: a server needs a name`], warnings: [] };
	if (!isObject(raw)) return { problems: [`${at}: expected an object, found ${kindOf(raw)}`], warnings: [] };
	const { entry, warnings, problems } = adapt(name, raw);
	const validated = validateServer(name, entry);
	if ("problems" in validated) return { problems: [...problems, ...validated.problems], warnings };
	if (problems.length > 0) return { problems, warnings };

	const { server, unset, used } = expandServer(validated.server, env);
	const reasons = unset.map(({ field, variable }) => `${field} uses \${${variable}}, which is not set`);
	const misconfigured = reasons.length > 0 ? [...new Set(reasons)].join("; ") : whyUnusable(server);
	// A server that is switched off needs no repair.
	if (misconfigured !== undefined && server.enabled) warnings.push(`${at}: ${misconfigured}`);
	// A reference that was left in place is no secret: redacting it would hide which variable is missing.
	const secrets = () => secretsOf(server, used).filter((secret) => unset.length === 0 || !secret.includes("${"));
	return { group: { name, server: withHome(server, home), misconfigured }, secrets, warnings };
}

/** What can only be seen once variables are filled in. Values stay out of the text: they may be secrets. */
function whyUnusable(server: ServerConfig): string | undefined {
	if (server.type === "stdio") return server.command.trim() === "" ? "command is empty" : undefined;
	const protocol = URL.parse(server.url)?.protocol;
	if (protocol !== "http:" && protocol !== "https:") return "url is not an http:// or https:// address";
	const bad = Object.entries(server.headers).find(([name, value]) => !isHeader(name, value));
	return bad === undefined ? undefined : `${fieldPath("headers", bad[0])} cannot be sent as an HTTP header`;
}

function isHeader(name: string, value: string): boolean {
	try {
		return new Headers([[name, value]]).has(name);
	} catch {
		// The caller says which header it is; the error would show its value.
		return false;
	}
}

function withHome(server: ServerConfig, home: string): ServerConfig {
	if (server.type !== "stdio") return server;
	const { command, cwd } = server;
	return {
		...server,
		command: expandHome(command, home),
		...(cwd === undefined ? {} : { cwd: expandHome(cwd, home) }),
	};
}

/** `~/x` as a shell understands it; programs themselves do not. */
export function expandHome(path: string, home: string): string {
	return path === "~" || /^~[\\/]/.test(path) ? home + path.slice(1) : path;
}
