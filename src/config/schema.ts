/** The config format: the one source of its types, its documentation and its JSON Schema. */
import * as v from "valibot";

import {
	autoThreshold,
	commonEntries,
	discoveryBudget,
	expose,
	filledText,
	flag,
	forgivingText,
	format,
	idleTimeout,
	resultBudget,
	startup,
} from "./fields.ts";
import { oauthEntries, settleOauth } from "./oauth.ts";
import { tlsSchema } from "./tls.ts";
import { show } from "./wording.ts";

/** A server that we start as a child process. */
export type StdioServer = Settled<v.InferOutput<typeof stdioSchema>>;
/** A server that is reached at a URL. */
export type RemoteServer = Settled<v.InferOutput<typeof remoteSchema>>;
export type ServerConfig = StdioServer | RemoteServer;
/** A server as its entry describes it: what the entry leaves out is left to the settings. */
export type ServerEntry = v.InferOutput<typeof stdioSchema> | v.InferOutput<typeof remoteSchema>;

/** What holds for every server that does not say otherwise. */
export interface ServerSettings {
	/** Whether a server is started when it is first needed, or together with us. */
	startup: "lazy" | "eager";
	/** How long a server may go unused before it is stopped; 0 is never. */
	idleTimeoutMs: number;
	/** Which tools the client sees in its own list: none, all, all when there are few, or those that one of these patterns matches. */
	expose: "dynamic" | "direct" | "auto" | string[];
	/** How many bytes of a call's text the model gets at once; 0 is no limit. */
	resultBudget: number;
	/** How many bytes an answer about what there is may have; 0 is no limit. */
	discoveryBudget: number;
	/** How tools are written for the model. */
	format: "signature" | "json";
}

export interface Settings extends ServerSettings {
	/** false: as long as only one server is enabled, its exposed tools keep their own names. */
	prefix: boolean;
	/** Where sign-ins are kept: in the operating system's keychain, in files, or there where it works. */
	tokenStore: (typeof tokenStores)[number];
	/** With "auto": below how many tokens for the definitions of all tools they are exposed. */
	autoThreshold: number;
	/** Whether it is counted what clients are given to read. */
	accounting: boolean;
}

const tokenStores = ["auto", "keychain", "file"] as const;

type Settled<Entry> = Omit<Entry, keyof ServerSettings> & ServerSettings;

/**
 * From how many tokens of definitions on our two tools cost less than tools that stand in the client's list, in a long
 * conversation with a prompt cache: 1,944 in `bun bench/bench.ts --only tasks`, rounded. In short ones it is less.
 */
export const crossoverTokens = 2000;

/** As with the timeouts, defaults are filled in afterwards. */
export const defaultSettings: Settings = {
	startup: "lazy",
	idleTimeoutMs: 600_000,
	expose: "dynamic",
	// Some 20,000 tokens; Claude Code takes 25,000.
	resultBudget: 80_000,
	discoveryBudget: 8000,
	format: "signature",
	prefix: true,
	tokenStore: "auto",
	autoThreshold: crossoverTokens,
	accounting: true,
};

export const settingsSchema = v.pipe(
	v.strictObject({
		startup: startup("lazy"),
		idleTimeout: idleTimeout("10min"),
		expose: expose('"dynamic"'),
		resultBudget: resultBudget('"80kB"'),
		discoveryBudget: discoveryBudget('"8kB"'),
		format: format('"signature"'),
		prefix: v.pipe(
			v.exactOptional(flag()),
			v.description(
				"false: tools in the client's own list keep their own names, as long as exactly one server is enabled. Default: true, that is `<group>_<tool>`.",
			),
		),
		tokenStore: v.pipe(
			v.exactOptional(
				v.picklist(tokenStores, ({ input }) => `expected "auto", "keychain" or "file", found ${show(input)}`),
			),
			v.description(
				'Where sign-ins are kept: "keychain": in that of the operating system; "file": in `~/.dynamic-mcp/oauth-servers`, readable by you alone; "auto": in the keychain where there is one that works, else in files. Default: "auto".',
			),
		),
		autoThreshold: autoThreshold(crossoverTokens),
		accounting: v.pipe(
			v.exactOptional(flag()),
			v.description(
				"false: it is not counted how much clients are given to read, and `dynamic-mcp savings` has nothing new to show. Default: true.",
			),
		),
	}),
	v.description("What holds for every server that does not say otherwise, and for all of them together."),
	v.transform(({ idleTimeout, ...settings }): Settings => ({
		...defaultSettings,
		...settings,
		idleTimeoutMs: idleTimeout ?? defaultSettings.idleTimeoutMs,
	})),
);

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
			v.exactOptional(v.picklist(["http", "sse"])),
			v.description(
				"How the server is spoken to: `http` is Streamable HTTP, `sse` the older HTTP+SSE. Default with `url`: found out: Streamable HTTP, and HTTP+SSE where the server does not know that.",
			),
		),
		...commonEntries,
		url: v.pipe(filledText, v.description("Where the server is. `${VAR}` is filled in.")),
		headers: v.pipe(
			v.nullish(v.record(v.string(), forgivingText), {}),
			v.description("HTTP headers sent with every request. `${VAR}` is filled in. Default: none."),
		),
		tls: v.pipe(
			v.exactOptional(tlsSchema),
			v.description("How an https:// connection is made: whom to trust, and how to prove who we are."),
		),
		...oauthEntries,
	}),
	v.title("remote server"),
	v.description("A server that is reached over HTTP."),
	v.transform(({ type, timeout, idleTimeout, ...server }) => ({
		...settleOauth(server),
		// Not for people to write: leaving `type` out says the same, and other clients understand that.
		type: type ?? ("auto" as const),
		timeoutMs: timeout,
		idleTimeoutMs: idleTimeout,
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
