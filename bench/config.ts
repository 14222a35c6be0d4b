/** The configurations that the proxies are measured with. Every server in them is the echo upstream. */

/**
 * `ten`: ten groups as a user might have them. `echo`: one group, for what happens after the start. `whole`: the same, and
 * results pass whole however large they are, which only dynamic-mcp has to be told.
 */
export type ConfigName = "ten" | "echo" | "whole";

const groups: Record<string, string> = {
	filesystem: "Read, write, move and search files in the directories of this project and its siblings",
	git: "Inspect history, diffs and branches of the local Git repository, stage and commit changes",
	github: "Issues, pull requests, reviews, workflow runs and code search on GitHub for our organisation",
	postgres: "Run read-only SQL on the staging database and describe its tables, indexes and constraints",
	playwright: "Drive a real browser: navigate, click, fill in forms, take screenshots, read the console",
	slack: "Search messages, read channels and threads, and post updates to the team's Slack workspace",
	sentry: "Look up errors, stack traces and releases of the production services in Sentry",
	memory: "Knowledge graph that remembers people, projects and decisions from one session to the next",
	fetch: "Download a web page and return it as Markdown, cut into parts when it is long",
	time: "Current time in any time zone, and conversion of times between time zones",
};

export const groupNames: readonly string[] = Object.keys(groups);

/** The real servers whose tools are discovered, by group, with their arguments. */
export const realServers: Record<string, string[]> = {
	everything: ["mcp-server-everything"],
	filesystem: ["mcp-server-filesystem", "."],
	memory: ["mcp-server-memory"],
};

/** The text of a config file in the format that all the proxies share. */
export function configText(name: ConfigName, echoPath: string): string {
	const described = name === "ten" ? groups : { echo: "Answers with what it was given" };
	return serversText(
		Object.entries(described).map(([group, description]) => [group, { description, command: echoPath, args: [] }]),
		name === "whole" ? { resultBudget: 0 } : undefined,
	);
}

export type ServerText = { description: string } & (
	{ command: string; args: string[] } | { type: "http"; url: string }
);

export function serversText(servers: [string, ServerText][], settings?: object): string {
	return JSON.stringify({ settings, mcpServers: Object.fromEntries(servers) }, undefined, "\t");
}
