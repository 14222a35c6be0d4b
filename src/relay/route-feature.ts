/** Decides what to do with a client's request that is not about tools. Pure. */
import { isObject } from "../base/objects.ts";
import { errorCode, type Request } from "../protocol/jsonrpc.ts";
import { logLevels, methods } from "../protocol/mcp.ts";
import type { CompletionRef, Decision } from "./decision.ts";
import type { Feature, Group, Groups } from "./group.ts";
import { disabledFeature, unknownGroup, unusableGroup } from "./texts.ts";

/** Where a client may say which group it means: version 1 took it from the params. */
export const groupKey = "dynamic-mcp/group";

type Params = Readonly<Record<string, unknown>>;

export function routeFeature({ method, params: given }: Request, groups: Groups): Decision {
	const params = isObject(given) ? given : {};
	const within = (feature: Feature, decide: (group: Group | undefined) => Decision) =>
		withNamedGroup(params, groups, feature, decide);
	switch (method) {
		case methods.promptsList:
			return within("prompts", (group) => ({ kind: "gather", list: "prompts", cursor: text(params["cursor"]), group }));
		case methods.resourcesList:
			return within("resources", (group) => gather("resources", params, group));
		case methods.resourceTemplatesList:
			return within("resources", (group) => gather("resourceTemplates", params, group));
		case methods.resourcesRead:
		case methods.subscribe:
		case methods.unsubscribe:
			return needs("uri", params, (uri) => within("resources", (group) => ({ kind: "resource", uri, group })));
		case methods.promptsGet:
			return needs("name", params, (name) => within("prompts", (group) => ({ kind: "prompt", name, group })));
		case methods.complete:
			return routeCompletion(params, within);
		case methods.setLevel:
			return routeLevel(params);
		case methods.tasksGet:
		case methods.tasksResult:
		case methods.tasksCancel:
			return needs("taskId", params, (taskId) => ({ kind: "task", taskId }));
		case methods.tasksList:
			return { kind: "tasks", cursor: text(params["cursor"]) };
		default:
			// A `group` in the params is the extension's own business.
			return withNamedGroup({ _meta: params["_meta"] }, groups, "tools", (group) => ({
				kind: "extension",
				method,
				group,
			}));
	}
}

function gather(list: "resources" | "resourceTemplates", params: Params, group: Group | undefined): Decision {
	return { kind: "gather", list, cursor: text(params["cursor"]), group };
}

function routeCompletion(
	{ ref }: Params,
	within: (feature: Feature, decide: (group: Group | undefined) => Decision) => Decision,
): Decision {
	const read = isObject(ref) ? readRef(ref) : undefined;
	if (read === undefined) {
		return invalid('"ref" must be {"type": "ref/prompt", "name": …} or {"type": "ref/resource", "uri": …}');
	}
	const feature = read.kind === "prompt" ? "prompts" : "resources";
	return within(feature, (group) => ({ kind: "complete", ref: read, group }));
}

function readRef({ type, name, uri }: Record<string, unknown>): CompletionRef | undefined {
	if (type === "ref/prompt" && typeof name === "string") return { kind: "prompt", name };
	return type === "ref/resource" && typeof uri === "string" ? { kind: "resource", uri } : undefined;
}

function routeLevel({ level }: Params): Decision {
	const known: readonly unknown[] = logLevels;
	if (typeof level === "string" && known.includes(level)) return { kind: "level", level };
	return invalid(`"level" must be one of ${logLevels.join(", ")}`);
}

function withNamedGroup(
	params: Params,
	groups: Groups,
	feature: Feature,
	decide: (group: Group | undefined) => Decision,
): Decision {
	const meta = isObject(params["_meta"]) ? params["_meta"] : {};
	const name = text(meta[groupKey]) ?? text(params["group"]);
	if (name === undefined) return decide(undefined);
	const group = groups.get(name);
	if (group === undefined) return invalid(unknownGroup(name, groups));
	if (group.unusable !== undefined) return invalid(unusableGroup(name, group.unusable));
	return group.features[feature] ? decide(group) : invalid(disabledFeature(name, feature));
}

function needs(field: string, params: Params, decide: (value: string) => Decision): Decision {
	const value = params[field];
	return typeof value === "string" ? decide(value) : invalid(`"${field}" is missing, or is no string`);
}

function invalid(message: string): Decision {
	return { kind: "refuse", error: { code: errorCode.invalidParams, message } };
}

function text(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}
