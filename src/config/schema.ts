/** The config format: the one source of its types, its documentation and its JSON Schema. */
import * as v from "valibot";

import { durationPattern, longestDurationMs, parseDuration } from "./duration.ts";
import { kindOf, show } from "./wording.ts";

/** A server that we start as a child process. */
export type StdioServer = v.InferOutput<typeof stdioSchema>;
/** A server that is reached at a URL. */
export type RemoteServer = v.InferOutput<typeof remoteSchema>;
export type ServerConfig = StdioServer | RemoteServer;

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

function duration(seconds: number, what: string) {
	const say = ({ input }: { input: unknown }) => {
		const parsed = parseDuration(input, seconds * 1000);
		return "problem" in parsed ? parsed.problem : "not a duration";
	};
	const written = v.union(
		[
			v.pipe(v.number(say), v.integer(say), v.minValue(0, say), v.maxValue(Math.floor(longestDurationMs / 1000), say)),
			v.pipe(v.string(say), v.regex(durationPattern, say)),
		],
		say,
	);
	const toMs = v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
		const parsed = parseDuration(dataset.value, seconds * 1000);
		if ("ms" in parsed) return parsed.ms;
		addIssue({ message: parsed.problem });
		return NEVER;
	});
	return v.pipe(
		v.nullish(v.pipe(written, toMs)),
		v.description(`${what} Whole seconds, or a string like "500ms", "30s", "5min", "1h". Default: ${seconds}s.`),
	);
}

const defaultSeconds = { connect: 30, tools: 30, resources: 10, prompts: 10 };

/** Defaults are filled in afterwards: as schema defaults they would be parsed anew for every server at every start. */
const timeoutSchema = v.pipe(
	v.strictObject({
		connect: duration(defaultSeconds.connect, "How long the server may take to start and to answer the handshake."),
		tools: duration(defaultSeconds.tools, "How long one tool call may take."),
		resources: duration(defaultSeconds.resources, "How long listing or reading resources may take."),
		prompts: duration(defaultSeconds.prompts, "How long listing or getting prompts may take."),
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

const commonEntries = {
	description: v.pipe(
		v.exactOptional(v.string()),
		v.description("What the server is for: the model reads it. Default: what the server says of itself."),
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
			v.nullish(v.record(v.string(), forgivingText), {}),
			v.description("Environment variables, added to those of dynamic-mcp. `${VAR}` is filled in. Default: none."),
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
	v.transform(({ timeout, ...server }) => ({ ...server, timeoutMs: timeout })),
);

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
	v.transform(({ timeout, oauth_client_id, oauth_scopes, ...server }) => ({
		...server,
		timeoutMs: timeout,
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
	}),
	v.title("dynamic-mcp configuration"),
);
