/** Codex, as a command, in editors and on the desktop: https://developers.openai.com/codex/config-reference */
import { isObject } from "../base/objects.ts";
import { type EntryDraft, take } from "./reading/draft.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const codex = defineClient({
	id: "codex",
	title: "Codex",
	aliases: ["codex-cli"],
	places: ({ home, project, join, variable }) => [
		globalFile(join(variable("CODEX_HOME") ?? home(".codex"), "config.toml")),
		projectFile(project(".codex", "config.toml"), { note: "of projects that Codex trusts" }),
	],
	keys: ["mcp_servers"],
	dialect: {
		variables: syntaxes.none,
		untypedUrl: "http",
		timeouts: {
			startup_timeout_sec: ["connect", "s"],
			startup_timeout_ms: ["connect", "ms"],
			tool_timeout_sec: ["tools", "s"],
		},
		before(draft) {
			if (isObject(take(draft, "tools"))) draft.warn("tools", "approving calls is left to the client");
		},
		after(draft) {
			addVariables(draft);
			addHeaders(draft);
		},
	},
});

/** What a program gets of the environment: there nothing but this, here all, so that these are the ones that it needs. */
function addVariables(draft: EntryDraft): void {
	const names = take(draft, "env_vars");
	if (!Array.isArray(names)) return;
	const env = draft.fields.get("env") ?? {};
	if (!isObject(env)) return;
	const added: Record<string, unknown> = {};
	for (const each of names) {
		const name: unknown = isObject(each) ? each["name"] : each;
		if (isObject(each) && each["source"] === "remote") {
			draft.lossy.push("env_vars: what is to come from another machine is taken from this one");
		}
		if (!isName(name)) draft.refuse("env_vars", "expected names of variables");
		else added[name] = `\${${name}}`;
	}
	draft.fields.set("env", { ...added, ...env });
}

function addHeaders(draft: EntryDraft): void {
	const token = take(draft, "bearer_token_env_var");
	const byVariable = take(draft, "env_http_headers");
	const headers = draft.fields.get("headers") ?? {};
	if (!isObject(headers) || (token === undefined && byVariable === undefined)) return;
	const added: Record<string, unknown> = {};
	for (const [header, name] of Object.entries(isObject(byVariable) ? byVariable : {})) {
		if (!isName(name)) draft.refuse("env_http_headers", "expected names of variables");
		else added[header] = `\${${name}}`;
	}
	if (isName(token)) added["Authorization"] = `Bearer \${${token}}`;
	else if (token !== undefined) draft.refuse("bearer_token_env_var", "expected the name of a variable");
	draft.fields.set("headers", { ...headers, ...added });
}

function isName(name: unknown): name is string {
	return typeof name === "string" && /^[A-Za-z_]\w*$/.test(name);
}
