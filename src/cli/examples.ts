/** An example or two of each command, for its `--help`. A test holds them to the commands' options. */

export interface Example {
	readonly line: string;
	readonly does: string;
}

export const examples: ReadonlyMap<string, readonly Example[]> = new Map([
	[
		"serve",
		[
			{ line: "dynamic-mcp", does: "what a client runs: serves the servers of the usual config" },
			{ line: "dynamic-mcp --log-level debug ~/servers.json", does: "those of another one, and tells what happens" },
		],
	],
	[
		"setup",
		[
			{ line: "dynamic-mcp setup", does: "asks what to import, and which clients to connect" },
			{ line: "dynamic-mcp setup --dry-run", does: "shows all of it, and changes nothing" },
		],
	],
	[
		"import",
		[
			{ line: "dynamic-mcp import", does: "looks for the clients on this machine, and asks" },
			{ line: "dynamic-mcp import cursor --dry-run", does: "shows what there is in Cursor's configs" },
			{ line: "dynamic-mcp import claude --project", does: "only what is in the folder you are in" },
		],
	],
	[
		"auth",
		[
			{ line: "dynamic-mcp auth linear", does: "signs in to the server of the group linear" },
			{ line: "dynamic-mcp auth list", does: "shows who is signed in, and until when" },
		],
	],
	[
		"connect",
		[
			{ line: "dynamic-mcp connect cursor --dry-run", does: "shows what would change in Cursor's config" },
			{ line: "dynamic-mcp connect claude --replace", does: "takes out the servers that dynamic-mcp has, too" },
		],
	],
	["disconnect", [{ line: "dynamic-mcp disconnect cursor", does: "makes Cursor's config what it was before" }]],
	[
		"validate",
		[
			{ line: "dynamic-mcp validate", does: "checks the usual config; exit code 1 when it has errors" },
			{ line: "dynamic-mcp validate ./servers.json --json", does: "another one, for a program" },
		],
	],
	[
		"status",
		[
			{ line: "dynamic-mcp status", does: "what is known; starts nothing" },
			{ line: "dynamic-mcp status --start", does: "starts the servers, to see how long it takes and what fails" },
		],
	],
	[
		"doctor",
		[
			{ line: "dynamic-mcp doctor", does: "exit code 1 when a server fails" },
			{ line: "dynamic-mcp doctor --json ~/servers.json", does: "of another config, for a program" },
		],
	],
	[
		"savings",
		[
			{ line: "dynamic-mcp savings --since 30d", does: "those of the last 30 days, by group" },
			{ line: "dynamic-mcp savings --html report.html", does: "all of them as a page with charts" },
		],
	],
	["demo", [{ line: "dynamic-mcp demo", does: "needs no config" }]],
	["schema", [{ line: "dynamic-mcp schema > config.schema.json", does: "for an editor that is to check configs" }]],
	[
		"upgrade",
		[
			{ line: "dynamic-mcp upgrade --check", does: "says whether there is a newer release" },
			{ line: "dynamic-mcp upgrade 2.0.0", does: "goes to that version" },
		],
	],
	[
		"tools",
		[
			{ line: "dynamic-mcp tools", does: "every server's tools, a line or two each" },
			{ line: "dynamic-mcp tools github", does: "those of one group, in full" },
			{ line: 'dynamic-mcp tools --query "create issue"', does: "what a model finds with these words" },
		],
	],
	[
		"call",
		[
			{ line: "dynamic-mcp call files read_text_file path=/tmp/a.txt head=5", does: "a text and a number" },
			{ line: "dynamic-mcp call files read_multiple_files paths=a.txt paths=b.txt", does: "a list" },
			{ line: 'dynamic-mcp call memory open_nodes --args \'{"names":["Ada"]}\'', does: "all arguments as JSON" },
			{ line: "dynamic-mcp call browser screenshot -o page.png", does: "saves the picture" },
		],
	],
	["resources", [{ line: "dynamic-mcp resources docs", does: "those of one group" }]],
	[
		"read",
		[
			{ line: "dynamic-mcp read docs docs://guide", does: "prints a resource of the group docs" },
			{ line: "dynamic-mcp read logo://main -o logo.png", does: "saves one that only one group has" },
		],
	],
	["prompts", [{ line: "dynamic-mcp prompts", does: "every server's prompts, with their arguments" }]],
	["prompt", [{ line: "dynamic-mcp prompt github review number=7", does: "with an argument" }]],
	[
		"completions",
		[
			{ line: 'eval "$(dynamic-mcp completions bash)"', does: "in ~/.bashrc" },
			{ line: "dynamic-mcp completions fish > ~/.config/fish/completions/dynamic-mcp.fish", does: "once, for fish" },
		],
	],
]);
