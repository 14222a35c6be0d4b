/** The two tools that the client sees, and what we tell it of ourselves. Pure, and the same for the same config. */
import { byteLength } from "../base/text.ts";
import { hasTasks, type Implementation, type Tool } from "../protocol/mcp.ts";
import { type Feature, type Group, toolGroups } from "./group.ts";
import { maxTextBytes, printMenu, printNames } from "./menu.ts";

export const getTools = "get_dynamic_tools";
export const callTool = "call_dynamic_tool";

/**
 * Clients that put off loading tools are asked to load these two at once: deferred, nobody would find them.
 * https://code.claude.com/docs/en/mcp (scale with MCP tool search)
 */
const meta = { "anthropic/alwaysLoad": true };

/**
 * JSON text of the result of `tools/list`. Clients and model APIs differ in what they take of JSON Schema:
 * plain objects with `properties`, and nothing of `$schema`, `$ref`, `anyOf` and `additionalProperties`, is what all
 * of them take. Every word here is paid for in every conversation, so names and types say it all. `exposed` follows.
 */
export function printToolList(groups: readonly Group[], exposed: readonly Tool[] = []): string {
	const get = {
		name: getTools,
		description: describeGetTools(toolGroups(groups)),
		inputSchema: {
			type: "object",
			properties: { group: { type: "string" }, query: { type: "string" } },
		},
		annotations: { readOnlyHint: true },
		_meta: meta,
	};
	const call = {
		name: callTool,
		description: "Calls a tool",
		inputSchema: {
			type: "object",
			properties: {
				group: { type: "string" },
				name: { type: "string" },
				args: { type: "object", properties: {} },
			},
			required: ["group", "name"],
		},
		_meta: meta,
	};
	return JSON.stringify({ tools: [get, call, ...exposed] });
}

function describeGetTools(groups: readonly Group[]): string {
	if (groups.length === 0) return "Shows a group's tools. No groups are configured.";
	const head = "Shows a group's tools. ";
	return head + printMenu(groups, maxTextBytes - byteLength(head));
}

/**
 * JSON text of the result of `initialize`. What a server can do is not known before it runs, so what any server could do
 * is announced, as far as the config does not switch it off.
 */
export function printInitialize(
	protocolVersion: string,
	serverInfo: Implementation,
	groups: readonly Group[],
	extensions: Readonly<Record<string, unknown>> = {},
): string {
	const has = (feature: Feature) => groups.some(({ features }) => features[feature]);
	const capabilities = {
		tools: { listChanged: true },
		...(has("resources") ? { resources: { subscribe: true, listChanged: true } } : {}),
		...(has("prompts") ? { prompts: { listChanged: true } } : {}),
		...(has("resources") || has("prompts") ? { completions: {} } : {}),
		logging: {},
		...(hasTasks(protocolVersion) ? { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } } : {}),
		...(Object.keys(extensions).length > 0 ? { extensions } : {}),
	};
	return JSON.stringify({ protocolVersion, capabilities, serverInfo, instructions: describeUs(toolGroups(groups)) });
}

function describeUs(groups: readonly Group[]): string {
	if (groups.length === 0) return "No tool groups are configured.";
	const head = "Tools in groups: ";
	const tail = `. ${getTools} shows a group's tools, ${callTool} calls one.`;
	return `${head}${printNames(groups, maxTextBytes - byteLength(head + tail))}${tail}`;
}
