/** Fills environment variables into a server's definition. Pure: the environment is an argument. */
import { type ForeignVariable, foreignVariable } from "./foreign-variables.ts";
import { expandOauth } from "./oauth.ts";
import type { ServerConfig } from "./schema.ts";
import { mapPem } from "./tls.ts";
import { fieldPath } from "./wording.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface VariableValue {
	variable: string;
	value: string;
}

export interface ExpandedText {
	text: string;
	/** Variables that are neither set nor given a default; their references stay in the text. */
	unset: string[];
	/** Values that came from the environment. */
	used: VariableValue[];
}

export interface ExpandedServer {
	server: ServerConfig;
	/** Undefined variables with the field that names them, as in `args[1]` or `env.TOKEN`. */
	unset: { field: string; variable: string }[];
	used: VariableValue[];
	/** What stays as it is though other clients fill it in, with the keys of the field. */
	foreign: (ForeignVariable & { keys: (string | number)[] })[];
}

/**
 * `${VAR}`, `${env:VAR}`, `${VAR:-default}`, with a `$` before it when it is meant literally. The default may hold
 * such references itself, one level deep.
 */
const reference = /(\$?)\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-((?:\$\{[^{}]*\}|[^}])*))?\}/g;

/**
 * Fills in `${VAR}`, `${env:VAR}` and `${VAR:-default}` (used when unset or empty); `$${VAR}` becomes `${VAR}`.
 *
 * Other `${...}` shapes stay as they are. What a variable holds is never looked into for more references.
 */
export function expandText(text: string, env: Env): ExpandedText {
	const unset: string[] = [];
	const used: VariableValue[] = [];
	if (!text.includes("${")) return { text, unset, used };
	const fill = (part: string): string =>
		part.replaceAll(reference, (whole: string, escape: string, variable: string, fallback: string | undefined) => {
			if (escape !== "") return whole.slice(1);
			const value: unknown = env[variable];
			// A plain object has inherited members such as `constructor`: only a string is a variable.
			if (typeof value === "string" && (value !== "" || fallback === undefined)) {
				used.push({ variable, value });
				return value;
			}
			if (fallback !== undefined) return fill(fallback);
			unset.push(variable);
			return whole;
		});
	return { text: fill(text), unset, used };
}

/** Expands command, args, env values, envFile and cwd, or url, header values, `tls` and the OAuth client with its secrets. */
export function expandServer(server: ServerConfig, env: Env): ExpandedServer {
	const unset: ExpandedServer["unset"] = [];
	const used: VariableValue[] = [];
	const foreign: ExpandedServer["foreign"] = [];
	const fill = (text: string, ...field: (string | number)[]): string => {
		const expanded = expandText(text, env);
		const strange = foreignVariable(text);
		if (strange !== undefined) foreign.push({ ...strange, keys: field });
		unset.push(...expanded.unset.map((variable) => ({ field: fieldPath(...field), variable })));
		used.push(...expanded.used);
		return expanded.text;
	};
	const fillValues = (values: Record<string, string>, field: string) =>
		Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value, field, key)]));

	if (server.type === "stdio") {
		const expanded = {
			...server,
			command: fill(server.command, "command"),
			args: server.args.map((argument, index) => fill(argument, "args", index)),
			env: fillValues(server.env, "env"),
			...(server.envFile === undefined ? {} : { envFile: fill(server.envFile, "envFile") }),
			...(server.cwd === undefined ? {} : { cwd: fill(server.cwd, "cwd") }),
		};
		return { server: expanded, unset, used, foreign };
	}
	const { tls } = server;
	const expanded = {
		...server,
		...expandOauth(server, fill),
		url: fill(server.url, "url"),
		headers: fillValues(server.headers, "headers"),
		...(tls === undefined ? {} : { tls: mapPem(tls, (text, field) => fill(text, "tls", field)) }),
	};
	return { server: expanded, unset, used, foreign };
}
