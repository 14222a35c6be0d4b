/** The names that other MCP clients use in a server entry, and what becomes of them. */

/** Values of `type` that mean one of ours; "remote" says that there is a URL, but not how the server is spoken to. */
export const typeAliases: ReadonlyMap<unknown, "stdio" | "http" | undefined> = new Map([
	["local", "stdio"],
	["remote", undefined],
	["streamable-http", "http"],
	["streamableHttp", "http"],
	["streamable_http", "http"],
]);

/** Values of `type` that other clients know and we cannot serve. */
export const foreignTransports: ReadonlySet<unknown> = new Set(["ws", "websocket"]);

/** Fields that mean the same as one of ours: theirs, ours. */
export const renamedFields: readonly (readonly [string, string])[] = [
	["httpUrl", "url"],
	["serverUrl", "url"],
	["uri", "url"],
	["http_headers", "headers"],
	["environment", "env"],
	["envs", "env"],
	["cmd", "command"],
	["workingDirectory", "cwd"],
	["working_directory", "cwd"],
	["transport", "type"],
	["transportType", "type"],
	["oauthClientId", "oauth_client_id"],
	["oauthScopes", "oauth_scopes"],
	["scopes", "oauth_scopes"],
	["oauthClientSecret", "oauth_client_secret"],
	["oauth_callback_port", "oauth_redirect_port"],
];

/** Lists of tools, and what of our `tools` they are: the only ones there are, or such as are left out. */
export const toolLists: readonly (readonly [string, "allow" | "deny"])[] = [
	["tools", "allow"],
	["includeTools", "allow"],
	["enabled_tools", "allow"],
	["available_tools", "allow"],
	["excludeTools", "deny"],
	["disabledTools", "deny"],
	["disabled_tools", "deny"],
];

/** What is used of an `oauth` or `auth` object; its keys in lower case, without `_`. */
export const oauthFields: ReadonlyMap<string, string> = new Map([
	["clientid", "oauth_client_id"],
	["clientsecret", "oauth_client_secret"],
	["callbackport", "oauth_redirect_port"],
	["redirectport", "oauth_redirect_port"],
	["scope", "oauth_scopes"],
	["scopes", "oauth_scopes"],
]);

/** Fields without a counterpart here, by the reason that the warning gives. */
const ignoredByReason: Readonly<Record<string, readonly string[]>> = {
	"approving calls is left to the client": [
		"alwaysAllow",
		"always_allow_tool_actions",
		"autoApprove",
		"default_tools_approval_mode",
		"permissions",
		"trust",
	],
	"tools are loaded on demand here": ["alwaysLoad", "codemode", "deferTools"],
	'variables are not read from there; use "env" or "envFile"': ["env_file", "env_keys"],
	"a server gets the whole environment here": ["env_vars"],
	"the server runs without a sandbox": ["sandbox", "sandboxEnabled"],
	'write "timeout": { "connect": "30s", "tools": "60s" }': [
		"connectTimeout",
		"connectionTimeout",
		"discoveryTimeoutMs",
		"request_timeout_ms",
		"startup_timeout_ms",
		"startup_timeout_sec",
		"tool_timeout_sec",
	],
	'these headers are not sent; write them into "headers", as in "Authorization": "Bearer ${TOKEN}"': [
		"bearer_token",
		"bearer_token_env_var",
		"env_http_headers",
		"headersHelper",
		"requestOptions",
	],
	'a sign-in goes by what the server asks for, and by the "oauth_" fields': [
		"authProviderType",
		"oauth_resource",
		"targetAudience",
		"targetServiceAccount",
	],
	"the protocol revision is agreed with the server": ["protocol", "versionNegotiation"],
	"the key in mcpServers is the server's name": ["displayName", "name"],
	"there is no such setting here": [
		"bundled",
		"dev",
		"experimental_environment",
		"gallery",
		"remote",
		"required",
		"socket",
		"source",
		"supports_parallel_tool_calls",
		"version",
		"watchPaths",
	],
};

/** Each field with its reason. */
export function ignoredFields(): (readonly [string, string])[] {
	return Object.entries(ignoredByReason).flatMap(([why, fields]) => fields.map((field) => [field, why] as const));
}
