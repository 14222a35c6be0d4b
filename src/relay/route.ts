/** Decides what to do with a client's request. Pure: no I/O, no clock, no state of its own. */
import { isObject } from "../base/objects.ts";
import { errorCode, type Request, type RpcError } from "../protocol/jsonrpc.ts";
import { isKnownVersion, methods, newestVersion } from "../protocol/mcp.ts";
import { type CallReading, readCall, type ToolCall } from "./call-params.ts";
import type { Group, Groups } from "./group.ts";
import { callTool, getTools } from "./meta-tools.ts";
import { disabledTools, missingName, needsGroup, unknownGroup, unusableGroup, wrongArgsShape } from "./texts.ts";

export type Decision =
	/** Shake hands in this revision. */
	| { readonly kind: "initialize"; readonly version: string }
	| { readonly kind: "pong" }
	/** The two tools. */
	| { readonly kind: "list" }
	/** The groups and how they are. */
	| { readonly kind: "groups" }
	/** Text for the model, known without asking anyone. */
	| { readonly kind: "tell"; readonly text: string; readonly isError: boolean }
	| { readonly kind: "refuse"; readonly error: RpcError }
	/** Show what a group offers, or what of it fits the query. */
	| { readonly kind: "discover"; readonly group: Group; readonly query: string | undefined }
	/** Show what fits the query in all groups. */
	| { readonly kind: "search"; readonly query: string }
	| { readonly kind: "call"; readonly group: Group; readonly call: ToolCall };

export function route(request: Request, groups: Groups): Decision {
	switch (request.method) {
		case methods.initialize:
			return { kind: "initialize", version: chooseVersion(request.params) };
		case methods.ping:
			return { kind: "pong" };
		case methods.toolsList:
			return { kind: "list" };
		case methods.toolsCall:
			return routeToolCall(request, groups);
		default:
			return refuse(errorCode.methodNotFound, `Method not found: ${request.method}`);
	}
}

/** The client's revision when we know it, else the newest: specification, basic/lifecycle, version negotiation. */
function chooseVersion(params: unknown): string {
	const wanted = isObject(params) ? params["protocolVersion"] : undefined;
	return isKnownVersion(wanted) ? wanted : newestVersion;
}

function routeToolCall(request: Request, groups: Groups): Decision {
	const { params } = request;
	const name = isObject(params) ? params["name"] : undefined;
	if (name === getTools) return routeDiscovery(params, groups);
	if (name === callTool)
		return routeCall(
			readCall(params, request.text, (group) => groups.has(group)),
			groups,
		);
	const found = typeof name === "string" ? `"${name}"` : "none was named";
	return refuse(errorCode.invalidParams, `Unknown tool: ${found}; there are ${getTools} and ${callTool}`);
}

function routeDiscovery(params: unknown, groups: Groups): Decision {
	const fields = isObject(params) && isObject(params["arguments"]) ? params["arguments"] : {};
	const name = nonEmpty(fields["group"]);
	const query = nonEmpty(fields["query"]);
	if (name === undefined) return query === undefined ? { kind: "groups" } : { kind: "search", query };
	return withGroup(name, groups, (group) => ({ kind: "discover", group, query }));
}

function routeCall(reading: CallReading, groups: Groups): Decision {
	if (reading.kind === "call") {
		return withGroup(reading.call.group, groups, (group) => ({ kind: "call", group, call: reading.call }));
	}
	const { problem, group } = reading;
	if (group === undefined) return fail(needsGroup(groups));
	return withGroup(group, groups, () => fail(problem === "name" ? missingName(group) : wrongArgsShape(group)));
}

function withGroup(name: string, groups: Groups, decide: (group: Group) => Decision): Decision {
	const group = groups.get(name);
	if (group === undefined) return fail(unknownGroup(name, groups));
	if (group.unusable !== undefined) return fail(unusableGroup(group.name, group.unusable));
	return group.hasTools ? decide(group) : fail(disabledTools(name));
}

function fail(text: string): Decision {
	return { kind: "tell", text, isError: true };
}

function refuse(code: number, message: string): Decision {
	return { kind: "refuse", error: { code, message } };
}

function nonEmpty(value: unknown): string | undefined {
	return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
