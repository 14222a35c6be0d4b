/** The config format: the one source of its types, its documentation and its JSON Schema. */
import * as v from "valibot";

import { durationPattern, longestDurationMs, parseDuration } from "./duration.ts";
import { kindOf, show } from "./wording.ts";

/** A server that we start as a child process. */
export type StdioServer = Settled<v.InferOutput<typeof stdioSchema>>;
/** A server that is reached at a URL. */
export type RemoteServer = Settled<v.InferOutput<typeof remoteSchema>>;
export type ServerConfig = StdioServer | RemoteServer;
/** A server as its entry describes it: what the entry leaves out is left to the settings. */
export type ServerEntry = v.InferOutput<typeof stdioSchema> | v.InferOutput<typeof remoteSchema>;

/** What holds for every server that does not say otherwise. */
export interface Settings {
	/** Whether a server is started when it is first needed, or together with us. */
	startup: "lazy" | "eager";
	/** How long a server may go unused before it is stopped; 0 is never. */
	idleTimeoutMs: number;
}

type Settled<Entry> = Omit<Entry, keyof Settings> & Settings;

const flag = () => v.boolean((issue) => `expected true or false, found ${show(issue.input)}`);

/** Text where people write bare numbers and booleans, as in `"args": ["--port", 8080]`. */
const forgivingText = v.pipe(
	v.union(
		[
			v.string(),
			v.boolean(),
			v.pipe(
				v.number(),
				// JSON.parse has already rounded a larger number: passing it on would be a silent change.
				v.minValue(-Number.MAX_SAFE_INTEGER, "too large to be exact as a number; write it in quotes"),
				v.maxValue(Number.MAX_SAFE_INTEGER, "too large to be exact as a number; write it in quotes"),
			),
		],
		(issue) => `expected a string, found ${kindOf(issue.input)}`,
	),
	v.transform(String),
);

const filledText = v.pipe(v.string(), v.nonEmpty("must not be empty"));

/** Milliseconds, or undefined where the default counts. */
function duration(what: string, usual: string) {
	const say = ({ input }: { input: unknown }) => {
		const parsed = parseDuration(input, 0);
		return "problem" in parsed ? parsed.problem : "not a duration";
	};
	const written = v.union(
		[
			v.pipe(v.number(say), v.integer(say), v.minValue(0, say), v.maxValue(Math.floor(longestDurationMs / 1000), say)),
			v.pipe(v.string(say), v.regex(durationPattern, say)),
		],
		say,
	);
	const toMs = v.rawTransform<string | number, number | undefined>(({ dataset, addIssue, NEVER }) => {
		if (dataset.value === "") return undefined;
		const parsed = parseDuration(dataset.value, 0);
		if ("ms" in parsed) return parsed.ms;
		addIssue({ message: parsed.problem });
		return NEVER;
	});
	return v.pipe(
		v.nullish(v.pipe(written, toMs)),
		v.description(`${what} Whole seconds, or a string like "500ms", "30s", "5min", "1h". Default: ${usual}.`),
	);
}

const defaultSeconds = { connect: 30, tools: 30, resources: 10, prompts: 10 };

const waiting = (step: keyof typeof defaultSeconds, what: string) => duration(what, `${defaultSeconds[step]}s`);

/** Defaults are filled in afterwards: as schema defaults they would be parsed anew for every server at every start. */
const timeoutSchema = v.pipe(
	v.strictObject({
		connect: waiting("connect", "How long the server may take to start and to answer the handshake."),
		tools: waiting("tools", "How long one tool call may take."),
		resources: waiting("resources", "How long listing or reading resources may take."),
		prompts: waiting("prompts", "How long listing or getting prompts may take."),
	}),
	v.transform(({ connect, tools, resources, prompts }) => ({
		connect: connect ?? defaultSeconds.connect * 1000,
		tools: tools ?? defaultSeconds.tools * 1000,
		resources: resources ?? defaultSeconds.resources * 1000,
		prompts: prompts ?? defaultSeconds.prompts * 1000,
	})),
);

const feature = (what: string) =>
	v.pipe(v.optional(flag(), true), v.description(`Offer the server's ${what}. Default: true.`));

const featuresSchema = v.strictObject({
	tools: feature("tools"),
	resources: feature("resources"),
	prompts: feature("prompts"),
});

/** As with the timeouts, defaults are filled in afterwards. */
export const defaultSettings: Settings = { startup: "lazy", idleTimeoutMs: 600_000 };

const startup = (usual: string) =>
	v.pipe(
		v.exactOptional(v.picklist(["lazy", "eager"], ({ input }) => `expected "lazy" or "eager", found ${show(input)}`)),
		v.description(`"lazy": a server is started when it is first needed; "eager": at once. Default: ${usual}.`),
	);

const idleTimeout = (usual: string) =>
	duration("How long a server may go unused before it is stopped, until it is needed again; 0 is never.", usual);

export const settingsSchema = v.pipe(
	v.strictObject({ startup: startup("lazy"), idleTimeout: idleTimeout("10min") }),
	v.description("What holds for every server that does not say otherwise."),
	v.transform(({ startup, idleTimeout }): Settings => ({
		startup: startup ?? defaultSettings.startup,
		idleTimeoutMs: idleTimeout ?? defaultSettings.idleTimeoutMs,
	})),
);

const commonEntries = {
	description: v.pipe(
		v.exactOptional(v.string()),
		v.description("What the server is for: the model reads it. Default: none, so that the model has only the name."),
	),
	features: v.pipe(
		v.optional(featuresSchema, {}),
		v.description("Which parts of the server are offered. Default: all."),
	),
	enabled: v.pipe(
		v.optional(flag(), true),
		v.description("false: the server is never started and never listed. Default: true."),
	),
	timeout: v.pipe(v.optional(timeoutSchema, {}), v.description("How long to wait for the server.")),
	startup: startup("that of `settings`"),
	idleTimeout: idleTimeout("that of `settings`"),
};

export const stdioSchema = v.pipe(
	v.strictObject({
		type: v.pipe(
			v.optional(v.literal("stdio"), "stdio"),
			v.description("A program on this machine. Default without `url`."),
		),
		...commonEntries,
		command: v.pipe(filledText, v.description("The program to start. `${VAR}` and a leading `~/` are filled in.")),
		args: v.pipe(
			v.nullish(v.array(forgivingText), []),
			v.description("The program's arguments. `${VAR}` is filled in. Default: none."),
		),
		env: v.pipe(
			v.nullish(v.record(v.string(), v.nullable(forgivingText)), {}),
			v.description(
				"Environment variables, added to those of dynamic-mcp; null takes one away. `${VAR}` is filled in. Default: none.",
			),
		),
		envFile: v.pipe(
			v.exactOptional(filledText),
			v.description(
				"A file of more environment variables, one `NAME=value` a line; `env` wins over it. `${VAR}` and a leading `~/` are filled in; a relative path starts at the config file's folder. Default: none.",
			),
		),
		cwd: v.pipe(
			v.exactOptional(filledText),
			v.description(
				"The folder to start the program in. `${VAR}` and a leading `~/` are filled in. Default: the folder dynamic-mcp runs in.",
			),
		),
	}),
	v.title("stdio server"),
	v.description("A server that is started as a program and spoken to over its stdin and stdout."),
	v.transform(({ timeout, idleTimeout, env, ...server }) => ({
		...server,
		...splitEnv(env),
		timeoutMs: timeout,
		idleTimeoutMs: idleTimeout,
	})),
);

/** `"X": null` is VS Code's way to keep a variable of ours from a server. */
function splitEnv(written: Readonly<Record<string, string | null>>) {
	const env: Record<string, string> = {};
	const unsetEnv: string[] = [];
	for (const [name, value] of Object.entries(written)) {
		if (value === null) unsetEnv.push(name);
		else env[name] = value;
	}
	return { env, unsetEnv };
}

export const remoteSchema = v.pipe(
	v.strictObject({
		type: v.pipe(
			v.optional(v.picklist(["http", "sse"]), "http"),
			v.description(
				"How the server is spoken to: `http` is Streamable HTTP, `sse` the older HTTP+SSE. Default with `url`: http.",
			),
		),
		...commonEntries,
		url: v.pipe(filledText, v.description("Where the server is. `${VAR}` is filled in.")),
		headers: v.pipe(
			v.nullish(v.record(v.string(), forgivingText), {}),
			v.description("HTTP headers sent with every request. `${VAR}` is filled in. Default: none."),
		),
		oauth_client_id: v.pipe(
			v.nullish(v.string()),
			v.description("The OAuth client to sign in as. `${VAR}` is filled in. Default: found out from the server."),
		),
		oauth_scopes: v.pipe(
			v.nullish(v.array(v.string()), []),
			v.description("The OAuth scopes to ask for. Default: what the server asks for."),
		),
	}),
	v.title("remote server"),
	v.description("A server that is reached over HTTP."),
	v.transform(({ timeout, idleTimeout, oauth_client_id, oauth_scopes, ...server }) => ({
		...server,
		timeoutMs: timeout,
		idleTimeoutMs: idleTimeout,
		oauthScopes: oauth_scopes,
		...(oauth_client_id ? { oauthClientId: oauth_client_id } : {}),
	})),
);

export const configSchema = v.pipe(
	v.strictObject({
		$schema: v.pipe(v.exactOptional(v.string()), v.description("Where editors find this schema.")),
		mcpServers: v.pipe(
			v.record(filledText, v.union([stdioSchema, remoteSchema])),
			v.description("The servers, by name. The name is what the model calls the group."),
		),
		settings: v.exactOptional(settingsSchema),
	}),
	v.title("dynamic-mcp configuration"),
);
