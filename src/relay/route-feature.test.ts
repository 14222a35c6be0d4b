import { describe, expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import type { Request } from "../protocol/jsonrpc.ts";
import type { Groups } from "./group.ts";
import { routeFeature } from "./route-feature.ts";

const fs = groupOf("fs");
const groups: Groups = new Map(
	[
		fs,
		groupOf("git"),
		groupOf("broken", { unusable: 'command: "${X}" is not set' }),
		groupOf("tools", { features: { tools: true, resources: false, prompts: false } }),
		groupOf("rest", { features: { tools: false, resources: true, prompts: true } }),
	].map((group) => [group.name, group]),
);

function request(method: string, params?: unknown): Request {
	return { kind: "request", id: 1, method, params, text: "" };
}

const decide = (method: string, params?: unknown) => routeFeature(request(method, params), groups);
const refused = (message: unknown) => ({ kind: "refuse", error: { code: -32602, message } });
const group = undefined;
const prompt = { type: "ref/prompt", name: "p" };
const template = { type: "ref/resource", uri: "x:{a}" };

describe("what is to be done with", () => {
	test.each<[string, unknown, object]>([
		["prompts/list", undefined, { kind: "gather", list: "prompts", cursor: undefined, group }],
		["prompts/list", { cursor: "c" }, { kind: "gather", list: "prompts", cursor: "c", group }],
		["resources/list", {}, { kind: "gather", list: "resources", cursor: undefined, group }],
		["resources/list", { cursor: "" }, { kind: "gather", list: "resources", cursor: undefined, group }],
		["resources/templates/list", { cursor: "c" }, { kind: "gather", list: "resourceTemplates", cursor: "c", group }],
		["resources/read", { uri: "x:a" }, { kind: "resource", uri: "x:a", group }],
		["resources/read", { uri: "" }, { kind: "resource", uri: "", group }],
		["resources/subscribe", { uri: "x:a" }, { kind: "resource", uri: "x:a", group }],
		["resources/unsubscribe", { uri: "x:a" }, { kind: "resource", uri: "x:a", group }],
		["prompts/get", { name: "p" }, { kind: "prompt", name: "p", group }],
		["completion/complete", { ref: prompt }, { kind: "complete", ref: { kind: "prompt", name: "p" }, group }],
		["completion/complete", { ref: template }, { kind: "complete", ref: { kind: "resource", uri: "x:{a}" }, group }],
		["logging/setLevel", { level: "debug" }, { kind: "level", level: "debug" }],
		["logging/setLevel", { level: "emergency" }, { kind: "level", level: "emergency" }],
		["tasks/get", { taskId: "t" }, { kind: "task", taskId: "t" }],
		["tasks/result", { taskId: "t" }, { kind: "task", taskId: "t" }],
		["tasks/cancel", { taskId: "t" }, { kind: "task", taskId: "t" }],
		["tasks/list", undefined, { kind: "tasks", cursor: undefined }],
		["tasks/list", { cursor: "c" }, { kind: "tasks", cursor: "c" }],
		["ui/open", undefined, { kind: "extension", method: "ui/open", group }],
	])("%s %j", (method, params, expected) => {
		expect(decide(method, params)).toEqual(expected as never);
	});
});

describe("refused, naming what is missing, is", () => {
	test.each<[string, unknown, RegExp]>([
		...["resources/read", "resources/subscribe", "resources/unsubscribe"].map((method): [string, unknown, RegExp] => [
			method,
			{},
			/^"uri" is missing/,
		]),
		["resources/read", undefined, /^"uri" is missing/],
		["resources/read", [], /^"uri" is missing/],
		["resources/read", { uri: 7 }, /^"uri" is missing, or is no string/],
		["resources/read", { uri: null, group: "nope" }, /^"uri"/],
		["prompts/get", { arguments: {} }, /^"name" is missing/],
		["tasks/get", {}, /^"taskId" is missing/],
		["tasks/result", { taskId: 7 }, /^"taskId"/],
		["tasks/cancel", null, /^"taskId"/],
		["completion/complete", undefined, /^"ref" must be/],
		["completion/complete", { ref: "p" }, /^"ref" must be/],
		["completion/complete", { ref: { type: "ref/prompt" } }, /^"ref" must be/],
		["completion/complete", { ref: { type: "ref/resource", name: "p" } }, /^"ref" must be/],
		["completion/complete", { ref: { type: "ref/tool", name: "p" } }, /^"ref" must be/],
		["logging/setLevel", {}, /^"level" must be one of debug, info, .*, emergency$/],
		["logging/setLevel", { level: "verbose" }, /^"level" must be one of debug/],
		["logging/setLevel", { level: "DEBUG" }, /^"level" must be one of debug/],
		["logging/setLevel", { level: 0 }, /^"level" must be one of debug/],
		["logging/setLevel", { level: "toString" }, /^"level" must be one of debug/],
	])("%s %j", (method, params, message) => {
		expect(decide(method, params)).toEqual(refused(expect.stringMatching(message)) as never);
	});
});

describe("a client may name the group", () => {
	const methods: [string, object][] = [
		["prompts/list", {}],
		["resources/list", {}],
		["resources/templates/list", {}],
		["resources/read", { uri: "x:a" }],
		["resources/subscribe", { uri: "x:a" }],
		["resources/unsubscribe", { uri: "x:a" }],
		["prompts/get", { name: "p" }],
		["completion/complete", { ref: prompt }],
		["completion/complete", { ref: template }],
	];

	test.each(methods)("in the params and in _meta: %s", (method, params) => {
		const ways = [{ group: "fs" }, { _meta: { "dynamic-mcp/group": "fs" } }];
		expect(ways.map((way) => decide(method, { ...params, ...way }))).toMatchObject([{ group: fs }, { group: fs }]);
	});

	test("in both, and then _meta counts", () => {
		const params = { uri: "x:a", group: "git", _meta: { "dynamic-mcp/group": "fs" } };
		expect(decide("resources/read", params)).toMatchObject({ group: fs });
	});

	test.each([[""], [7], [null], [["fs"]]])("by a name only: %j is none", (name) => {
		const ways = [{ group: name }, { _meta: { "dynamic-mcp/group": name } }];
		const decisions = ways.map((way) => decide("resources/read", { uri: "x:a", ...way }));
		expect(decisions).toEqual(ways.map(() => ({ kind: "resource", uri: "x:a", group })) as never);
	});

	test("of an extension's method in _meta only: the params are the extension's own", () => {
		const own = decide("ui/open", { group: "nope" });
		const named = decide("ui/open", { group: "nope", _meta: { "dynamic-mcp/group": "fs" } });
		expect([own, named]).toEqual([
			{ kind: "extension", method: "ui/open", group },
			{ kind: "extension", method: "ui/open", group: fs },
		]);
	});

	test.each([
		["nope", /^There is no group "nope"\. Groups: fs, git, broken, tools\.$/],
		["gti", /^There is no group "gti"\. Did you mean "git"\?/],
		["broken", /^Group "broken" cannot be used: command: "\$\{X\}" is not set/],
	])("and is told what is wrong with %s", (name, message) => {
		const decisions = methods.map(([method, params]) => decide(method, { ...params, group: name }));
		expect(decisions).toEqual(methods.map(() => refused(expect.stringMatching(message))) as never);
	});

	test("and is told which setting switches off what it wants", () => {
		const text = (feature: string) =>
			`Group "tools" has its ${feature} switched off: features.${feature} is false in the config.`;
		const decisions = methods.map(([method, params]) => decide(method, { ...params, group: "tools" }));
		const features = ["prompts", ...Array<string>(5).fill("resources"), "prompts", "prompts", "resources"];
		expect(decisions).toEqual(features.map((feature) => refused(text(feature))) as never);
	});

	test("whose tools are switched off, for what is not", () => {
		expect(decide("resources/read", { uri: "x:a", group: "rest" })).toMatchObject({ group: { name: "rest" } });
	});
});
