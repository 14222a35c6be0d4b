import { afterEach, expect, test } from "bun:test";

import { readLogLevel } from "./serve.ts";

const before = process.env["DYNAMIC_MCP_LOG"];

afterEach(() => setVariable(before));

function setVariable(value: string | undefined): void {
	if (value === undefined) delete process.env["DYNAMIC_MCP_LOG"];
	else process.env["DYNAMIC_MCP_LOG"] = value;
}

test.each([
	[undefined, undefined, "warn"],
	[undefined, "", "warn"],
	[undefined, "debug", "debug"],
	["error", undefined, "error"],
	["error", "debug", "error"],
	["silent", "nonsense", "silent"],
] as const)("the flag %p before the variable %p is %s", (flag, variable, level) => {
	setVariable(variable);
	expect(readLogLevel(flag)).toBe(level);
});

test.each([
	["loud", undefined, '--log-level: there is no log level "loud"'],
	["", undefined, '--log-level: there is no log level ""'],
	[undefined, "WARN", 'DYNAMIC_MCP_LOG: there is no log level "WARN"'],
])("the flag %p and the variable %p are refused, with what there is", (flag, variable, message) => {
	setVariable(variable);
	const hint = "Use one of silent, error, warn, info, debug.";
	expect(() => readLogLevel(flag)).toThrow(expect.objectContaining({ name: "UserError", message, hint }));
});
