/** The scenarios that the conformance suite has for servers, with the checks of each, at the revisions we speak. */

/** The messages of both are validated by the revision's schema; the suite's client asks for the newer one in either case. */
export const revisions = ["2025-06-18", "2025-11-25"] as const;

export type Revision = (typeof revisions)[number];

interface Scenario {
	name: string;
	/** By default there is one check with the scenario's own name, and `wire`. */
	checks?: readonly string[];
	/** The first revision that has it. */
	since?: Revision;
	/** Checks of one revision only. */
	more?: Partial<Record<Revision, readonly string[]>>;
	/** Checks of an event stream that the server itself cuts, which a server on stdin and stdout has not. */
	streamChecks?: readonly string[];
	/**
	 * Checks that the suite leaves out where a tool's schema has nothing like `allOf` at its top, which the APIs of models
	 * refuse: the program takes it out of the schemas of exposed tools.
	 */
	schemaChecks?: readonly string[];
}

/** Every message is valid by the schema. */
const wire = "wire-schema-valid";

const since = "2025-11-25";

const table: readonly Scenario[] = [
	{ name: "server-initialize", checks: ["server-initialize", "server-session-id-visible-ascii", wire] },
	{
		name: "server-session-lifecycle",
		checks: [
			"server-session-delete-accepted",
			"server-session-initialized-accepted",
			"server-session-terminated-returns-404",
		],
	},
	{ name: "logging-set-level" },
	{ name: "ping" },
	{ name: "completion-complete" },
	{ name: "tools-list", more: { "2025-11-25": ["tools-name-format"] } },
	{ name: "tools-call-simple-text" },
	{ name: "tools-call-image" },
	{ name: "tools-call-audio" },
	{ name: "tools-call-embedded-resource" },
	{ name: "tools-call-mixed-content" },
	{ name: "tools-call-with-logging" },
	{ name: "tools-call-error" },
	{ name: "tools-call-with-progress" },
	{ name: "tools-call-sampling" },
	{ name: "tools-call-elicitation" },
	{
		name: "json-schema-2020-12",
		since,
		checks: [
			"json-schema-2020-12-$defs",
			"json-schema-2020-12-$schema",
			"json-schema-2020-12-additionalProperties",
			"json-schema-2020-12-tool-found",
			"sep-2106-anchor-keyword-preserved",
			"sep-2106-conditional-keywords-preserved",
			wire,
		],
		schemaChecks: ["sep-2106-composition-keywords-preserved"],
	},
	{
		name: "elicitation-sep1034-defaults",
		since,
		checks: [
			"elicitation-sep1034-boolean-default",
			"elicitation-sep1034-enum-default",
			"elicitation-sep1034-integer-default",
			"elicitation-sep1034-number-default",
			"elicitation-sep1034-string-default",
			wire,
		],
	},
	{
		name: "server-sse-polling",
		since,
		checks: ["server-sse-priming-event", "server-sse-retry-field"],
		streamChecks: ["server-sse-disconnect-resume"],
	},
	{
		name: "server-sse-multiple-streams",
		since,
		checks: ["server-accepts-multiple-post-streams", "server-sse-streams-functional"],
	},
	{
		name: "elicitation-sep1330-enums",
		since,
		checks: [
			"elicitation-sep1330-legacy-enumnames",
			"elicitation-sep1330-titled-multi",
			"elicitation-sep1330-titled-single",
			"elicitation-sep1330-untitled-multi",
			"elicitation-sep1330-untitled-single",
			wire,
		],
	},
	{ name: "resources-list" },
	{ name: "resources-read-text" },
	{ name: "resources-read-binary" },
	{ name: "resources-templates-read" },
	{ name: "resources-subscribe" },
	{ name: "resources-unsubscribe" },
	{ name: "prompts-list" },
	{ name: "prompts-get-simple" },
	{ name: "prompts-get-with-args" },
	{ name: "prompts-get-embedded-resource" },
	{ name: "prompts-get-with-image" },
	{
		name: "dns-rebinding-protection",
		since,
		checks: ["localhost-host-rebinding-rejected", "localhost-host-valid-accepted"],
	},
];

interface Checks {
	/** Those that pass, in order. */
	checks: string[];
	/** Those that pass as well where the server has event streams of its own. */
	streamChecks: readonly string[];
	/** Those that pass as well where schemas are as the server has them. */
	schemaChecks: readonly string[];
}

/** Rows of a test: `<scenario>, <revision>`, and what is expected of it. */
export const scenarios: readonly [title: string, expected: Checks][] = revisions.flatMap((revision) =>
	table
		.filter(({ since }) => since === undefined || since <= revision)
		.map(({ name, checks = [name, wire], more, streamChecks = [], schemaChecks = [] }): [string, Checks] => [
			titleOf(name, revision),
			{ checks: [...checks, ...(more?.[revision] ?? [])].sort(), streamChecks, schemaChecks },
		]),
);

export function titleOf(scenario: string, revision: Revision): string {
	return `${scenario}, ${revision}`;
}
