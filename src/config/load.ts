/** Checks the config. Nothing can be answered before it is known, so it has to be quick. */
import { UserError } from "../base/errors.ts";
import { configPath, exampleConfig, readConfigFile } from "./file.ts";
import { type GroupConfig, parseGroup, type Surroundings } from "./group.ts";
import { parseJsonText } from "./json-text.ts";
import type { Settings } from "./schema.ts";
import { serversIn } from "./top-level.ts";

export type { GroupConfig } from "./group.ts";

export interface Config {
	path: string;
	/** In the order of the file. */
	groups: GroupConfig[];
	/** Whether the names of tools in the client's own list begin with their group's. */
	prefix: boolean;
	/** The most bytes of an answer about what all servers offer; 0 is no limit. */
	discoveryBudget: number;
	/** Where sign-ins are kept. */
	tokenStore: Settings["tokenStore"];
	/** With `expose: "auto"`: below how many tokens of definitions tools are exposed. */
	autoThreshold: number;
	/** Whether it is counted what clients are given to read. */
	accounting: boolean;
	/** One line each; what was ignored and which servers cannot be used. */
	warnings: string[];
	/** Values to redact wherever something is logged, the longest first. Found when asked for: most runs log nothing. */
	secrets: () => string[];
}

/** Reads the file and parses it. Throws a `UserError` that says what is in the way. */
export async function loadConfig(path: string, env: Surroundings["env"], home: string): Promise<Config> {
	return parseConfig(await readConfigFile(path), { path, env, home });
}

/** Throws one `UserError` that lists every problem, a line each. No line shows a value that may be a secret. */
export function parseConfig(text: string, surroundings: Surroundings & { path: string }): Config {
	const { path } = surroundings;
	if (isEmptyConfig(text))
		throw new UserError(`${path} is empty`, { hint: `Fill it in, for example:\n${exampleConfig}` });
	const { config, problems } = checkConfig(text, surroundings);
	if (config === undefined) throw invalid(surroundings, problems);
	return config;
}

export function isEmptyConfig(text: string): boolean {
	return text.replace(/^\uFEFF/, "").trim() === "";
}

export interface CheckedConfig {
	/** Undefined when there are problems. */
	readonly config: Config | undefined;
	/** What is in the way, a line each, which starts with the path of a field, or with a line and a column. */
	readonly problems: readonly string[];
	/** As `Config` has them; also when there are problems. */
	readonly warnings: readonly string[];
}

/** Says everything that is to be said of a config that is not empty. No line shows a value that may be a secret. */
export function checkConfig(text: string, { path, env, home }: Surroundings & { path: string }): CheckedConfig {
	const json = parseJsonText(text.replace(/^\uFEFF/, ""));
	if ("problems" in json) return { config: undefined, problems: json.problems, warnings: [] };

	const { servers, settings, problems, warnings } = serversIn(json.value);
	const groups: GroupConfig[] = [];
	const secrets: (() => string[])[] = [];
	for (const [name, raw] of servers) {
		const parsed = parseGroup(name, raw, { env, home, path, settings });
		warnings.push(...parsed.warnings);
		if ("problems" in parsed) {
			problems.push(...parsed.problems);
			continue;
		}
		groups.push(parsed.group);
		secrets.push(parsed.secrets);
	}
	if (problems.length > 0) return { config: undefined, problems, warnings };
	const enabled = groups.filter(({ server }) => server.enabled).length;
	if (!settings.prefix && enabled > 1) {
		warnings.push(`settings.prefix: has no effect with ${enabled} servers, whose tools may have the same names`);
	}
	const prefix = settings.prefix || enabled !== 1;
	const { discoveryBudget, tokenStore, autoThreshold, accounting } = settings;
	const findSecrets = () => longestFirst(secrets.flatMap((find) => find()));
	const own = { path, groups, prefix, discoveryBudget, tokenStore, autoThreshold, accounting };
	return { config: { ...own, warnings, secrets: findSecrets }, problems, warnings };
}

function longestFirst(secrets: readonly string[]): string[] {
	return [...new Set(secrets)].sort((a, b) => b.length - a.length);
}

function invalid(
	{ path, home }: { readonly path: string; readonly home: string },
	problems: readonly string[],
): UserError {
	// Typed without a name it means the usual one; a variable of the client's may not be set in a terminal.
	const named = path === configPath(undefined, {}, home).path ? "" : ` ${/\s/.test(path) ? `"${path}"` : path}`;
	const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new UserError(`${path} has ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`, {
		hint: `dynamic-mcp validate${named} shows the lines.`,
	});
}
