/** Fields, and kinds of fields, that several parts of the config format have in common. */
import * as v from "valibot";

import { durationPattern, longestDurationMs, parseDuration } from "./duration.ts";
import { largestSize, parseSize, sizePattern } from "./size.ts";
import { kindOf, show } from "./wording.ts";

/** The value is shown when it is neither: not for fields that may hold a secret. */
export const flag = () => v.boolean((issue) => `expected true or false, found ${show(issue.input)}`);

/** Text where people write bare numbers and booleans, as in `"args": ["--port", 8080]`. */
export const forgivingText = v.pipe(
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

export const filledText = v.pipe(v.string(), v.nonEmpty("must not be empty"));

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

/** Names of tools, or patterns for them as `base/globs.ts` understands them. */
const toolNames = (whatElse: string) =>
	v.array(
		v.pipe(
			v.string(),
			v.nonEmpty("must not be empty"),
			// `["*", "!x"]` would let x through: each pattern is looked at by itself.
			v.regex(/^[^!]/, `a pattern cannot begin with "!"; ${whatElse}`),
		),
	);

const toolsSchema = v.strictObject({
	allow: v.pipe(
		v.exactOptional(toolNames('what is not wanted goes into "deny"')),
		v.description('Only these: names, or patterns such as "read_*". An empty list allows none. Default: all.'),
	),
	deny: v.pipe(
		v.exactOptional(toolNames('what is to be kept goes into "allow"')),
		v.description("Not these, even if `allow` has them, too: names or patterns. Default: none."),
	),
});

export const expose = (usual: string) =>
	v.pipe(
		v.exactOptional(
			v.union([v.picklist(["dynamic", "direct", "auto"]), toolNames("name what is to be exposed")], ({ input }) =>
				Array.isArray(input)
					? "expected a list of tool names and patterns"
					: `expected "dynamic", "direct", "auto" or a list of tool names, found ${show(input)}`,
			),
		),
		v.description(
			`Which tools stand in the client's own tool list, too: "dynamic": none; "direct": all; "auto": all, when the definitions of all servers' tools together are below \`settings.autoThreshold\`, else none; or a list of names and of patterns such as "read_*". Default: ${usual}.`,
		),
	);

/** Tokens. */
export const autoThreshold = (usual: number) => {
	const say = ({ input }: { input: unknown }) => `expected a whole number of tokens, found ${show(input)}`;
	return v.pipe(
		v.exactOptional(v.pipe(v.number(say), v.integer(say), v.minValue(0, say))),
		v.description(
			`With \`expose\`: "auto": below how many tokens, for the definitions of all servers' tools, they stand in the client's own list. Default: ${usual}, measured.`,
		),
	);
};

export const startup = (usual: string) =>
	v.pipe(
		v.exactOptional(v.picklist(["lazy", "eager"], ({ input }) => `expected "lazy" or "eager", found ${show(input)}`)),
		v.description(`"lazy": a server is started when it is first needed; "eager": at once. Default: ${usual}.`),
	);

export const idleTimeout = (usual: string) =>
	duration("How long a server may go unused before it is stopped, until it is needed again; 0 is never.", usual);

/** Bytes, or undefined where the default counts. */
function size(what: string, usual: string) {
	const say = ({ input }: { input: unknown }) => {
		const parsed = parseSize(input);
		return "problem" in parsed ? parsed.problem : "not a size";
	};
	const toBytes = v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
		const parsed = parseSize(dataset.value);
		if ("bytes" in parsed) return parsed.bytes;
		addIssue({ message: parsed.problem });
		return NEVER;
	});
	const written = v.union(
		[
			v.pipe(v.number(say), v.integer(say), v.minValue(0, say), v.maxValue(largestSize, say)),
			v.pipe(v.string(say), v.regex(sizePattern, say)),
		],
		say,
	);
	return v.pipe(
		v.exactOptional(v.pipe(written, toBytes)),
		v.description(`${what} A number of bytes, or a string like "80kB" or "1MB"; 0 is no limit. Default: ${usual}.`),
	);
}

export const resultBudget = (usual: string) =>
	size("How much text of one tool call's result the model gets at once; the rest is kept for it to read on.", usual);

export const discoveryBudget = (usual: string) =>
	size("How much text `get_dynamic_tools` answers with at most; it says what it leaves out.", usual);

export const format = (usual: string) =>
	v.pipe(
		v.exactOptional(
			v.picklist(["signature", "json"], ({ input }) => `expected "signature" or "json", found ${show(input)}`),
		),
		v.description(
			`How \`get_dynamic_tools\` writes tools: "signature": as short signatures; "json": as JSON, with their schemas. Default: ${usual}.`,
		),
	);

/** What every server has, wherever it is. */
export const commonEntries = {
	description: v.pipe(
		v.exactOptional(v.string()),
		v.description(
			"What the server is for: the model reads it. Default: what the server has said of itself in an earlier run, or the names of its first tools.",
		),
	),
	features: v.pipe(
		v.optional(featuresSchema, {}),
		v.description("Which parts of the server are offered. Default: all."),
	),
	tools: v.pipe(
		v.exactOptional(toolsSchema),
		v.description("Which of the server's tools there are for the model: no other can be seen or called. Default: all."),
	),
	expose: expose("that of `settings`"),
	enabled: v.pipe(
		v.optional(flag(), true),
		v.description("false: the server is never started and never listed. Default: true."),
	),
	timeout: v.pipe(v.optional(timeoutSchema, {}), v.description("How long to wait for the server.")),
	startup: startup("that of `settings`"),
	idleTimeout: idleTimeout("that of `settings`"),
	resultBudget: resultBudget("that of `settings`"),
	discoveryBudget: discoveryBudget("that of `settings`"),
	format: format("that of `settings`"),
};
