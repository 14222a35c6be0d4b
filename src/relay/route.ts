/** Decides what to do with a client's request. Pure: no I/O, no clock, no state of its own. */
import { isObject } from "../base/objects.ts";
import { errorCode, type Request } from "../protocol/jsonrpc.ts";
import { isKnownVersion, methods, newestVersion } from "../protocol/mcp.ts";
import { type CallReading, readCall } from "./call-params.ts";
import type { Decision } from "./decision.ts";
import type { Group, Groups } from "./group.ts";
import { callTool, getTools } from "./meta-tools.ts";
import { routeFeature } from "./route-feature.ts";
import {
	disabledFeature,
	missingName,
	needsGroup,
	unknownGroup,
	unknownName,
	unusableGroup,
	wrongArgsShape,
	wrongDiscovery,
} from "./texts.ts";

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
			return routeFeature(request, groups);
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
	return typeof name === "string" ? { kind: "direct", name } : refuse(errorCode.invalidParams, unknownName(undefined));
}

function routeDiscovery(params: unknown, groups: Groups): Decision {
	const fields = isObject(params) && isObject(params["arguments"]) ? params["arguments"] : {};
	const name = nonEmpty(fields["group"]);
	const query = nonEmpty(fields["query"])?.trim();
	if (name !== undefined) return withGroup(name, groups, (group) => ({ kind: "discover", group, query }));
	if (query !== undefined) return { kind: "search", query };
	const odd = ["group", "query"].find((field) => typeof (fields[field] ?? "") !== "string");
	return odd === undefined ? { kind: "groups" } : fail(wrongDiscovery(odd));
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
	// Blanks at its ends may be part of the name, or a slip.
	const group = groups.get(name) ?? groups.get(name.trim());
	if (group === undefined) return fail(unknownGroup(name, groups));
	if (group.unusable !== undefined) return fail(unusableGroup(group.name, group.unusable));
	return group.features.tools ? decide(group) : fail(disabledFeature(name, "tools"));
}

function fail(text: string): Decision {
	return { kind: "tell", text, isError: true };
}

function refuse(code: number, message: string): Decision {
	return { kind: "refuse", error: { code, message } };
}

function nonEmpty(value: unknown): string | undefined {
	return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
