import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { plain } from "../output/surface.ts";
import { findingsIn } from "./findings.ts";
import { positionOf, reportJson, reportText } from "./report.ts";

const surroundings = { path: "/c.json", env: { TOKENS: "x" }, home: "/home/me" };

/** `line:column field message` of each finding. */
function placesIn(text: string): string[] {
	return findingsIn(text, surroundings).findings.map(({ severity, field, message, range }) => {
		const { line, column } = positionOf(text, range.offset);
		return `${line}:${column} ${severity === "error" ? "" : "(warning) "}${field ?? "-"}: ${message}`;
	});
}

const report = (text: string) =>
	reportText({ path: "/c.json", text, ...findingsIn(text, surroundings) }, { width: 80, colours: plain });

describe("each problem is told with its place:", () => {
	test.each([
		[
			"an unknown field, at its name",
			'{"mcpServers": {"git": {"command": "x", "arg": []}}}',
			["1:41 mcpServers.git.arg: unknown field"],
		],
		[
			"a value of a wrong kind, at the value",
			'{"mcpServers": {"git": {"command": "x",\n\t"enabled": "yes"}}}',
			['2:13 mcpServers.git.enabled: expected true or false, found "yes" (string)'],
		],
		[
			"an element of a list",
			'{"mcpServers": {"git": {"command": "x", "args": ["a", {}]}}}',
			["1:55 mcpServers.git.args[1]: expected a string, found an object"],
		],
		[
			"what is missing, at the name of what lacks it",
			'{"mcpServers": {"git": {}}}',
			['1:17 mcpServers.git: needs "command" (a program to start) or "url" (a remote server)'],
		],
		[
			"what another client spells in another way, at the spelling that is there",
			'{"mcpServers": {"git": {"httpUrl": 5}}}',
			["1:36 mcpServers.git.url: expected a string, found a number"],
		],
		[
			"another client's file, at its key",
			'{"theme": 1, "servers": {}}',
			['1:14 mcpServers: missing; found "servers", as VS Code writes it: rename it to "mcpServers"'],
		],
		["a list, at its beginning", " []", ['1:2 -: expected an object with "mcpServers", found a list']],
		[
			"what is ignored at the top level",
			'{"mcpServers": {}, "theme": 1}',
			['1:20 (warning) theme: ignored at the top level: "theme"'],
		],
		[
			"each variable that is not set, within the value",
			'{"mcpServers": {"my git": {"command": "x", "env": {"A": "Bearer ${NONE_A}"}, "args": ["${NONE_B}"]}}}',
			[
				'1:65 (warning) mcpServers["my git"].env.A: uses ${NONE_A}, which is not set',
				'1:88 (warning) mcpServers["my git"].args[0]: uses ${NONE_B}, which is not set',
			],
		],
		[
			"a server's own trouble, at its field",
			'{"mcpServers": {"git": {"url": "ftp://x"}}}',
			["1:32 (warning) mcpServers.git.url: is not an http:// or https:// address"],
		],
		[
			"a name that is there twice, at the one that does not count",
			'{"mcpServers": {"git": {"command": "x"}, "git": {"command": "y"}}}',
			["1:17 (warning) mcpServers.git: is there more than once; only the last one counts"],
		],
		["a comma that is missing", '{"mcpServers": {}\n\n"settings": {}}', ["3:1 -: expected a comma"]],
		["a brace that is missing", '{"mcpServers": {}', ["1:18 -: expected a closing brace }"]],
		["single quotes", "{'mcpServers': {}}", ["1:2 -: this is not JSON"]],
		[
			"lines that end as on Windows",
			'{\r\n\r\n"mcpServers": 5}',
			["3:15 mcpServers: expected an object, found a number"],
		],
	])("%s", (_, text, expected) => {
		expect(placesIn(text)).toEqual(expected);
	});

	test("problems come in the order of the file, warnings among errors", () => {
		const text = '{"x": 1,\n"mcpServers": {"b": {},\n"a": {"command": "x", "autoApprove": 1}}}';
		expect(placesIn(text).map((line) => line.replace(/:.*/, ""))).toEqual(["1", "2", "3"]);
	});
});

describe("the line is shown with a mark under the place", () => {
	test.each([
		[
			"with tabs and wide characters before it",
			'{\n\t"mcpServers": {"世界": {\t"command": "x", "foo": 1}}\n}',
			['  2 |   "mcpServers": {"世界": {  "command": "x", "foo": …}}', `    |${" ".repeat(45)}^^^^^`],
		],
		[
			"in the midst of a long line, within 80 columns",
			JSON.stringify({
				mcpServers: Object.fromEntries(
					Array.from({ length: 20 }, (_, at) => [`server-${at}`, { command: "npx", ...(at === 9 ? { foo: 1 } : {}) }]),
				),
			}),
			[/^ {2}1 \| ….*"foo":….*…$/, /^ +\| +\^{5}$/],
		],
		["behind the end of the file", '{"mcpServers": {}', ['  1 | {"mcpServers": {}', `    |${" ".repeat(18)}^`]],
	])("%s", (_, text, expected) => {
		const lines = report(text).split("\n");
		const at = lines.findIndex((line) => /^ +\d+ \|/.test(line));
		const [line = "", marks = ""] = lines.slice(at, at + 2);
		for (const [index, wanted] of expected.entries()) {
			if (typeof wanted === "string") expect([line, marks][index]).toBe(wanted);
			else expect([line, marks][index]).toMatch(wanted);
		}
		expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
		if (line.includes('"foo"')) {
			expect(marks.indexOf("^")).toBe(Bun.stringWidth(line.slice(0, line.indexOf('"foo"'))));
		}
	});

	const secret = "S3cr3tV4lue";
	test.each([
		`{"mcpServers": {"a": {"command": "x", "env": {"TOKEN": "${secret}"}, "bad": 1}}}`,
		`{"mcpServers": {"a": {"command": "x", "args": ["--token", "${secret}", "--key=${secret}", "-p${secret}"], "bad": 1}}}`,
		`{"mcpServers": {"a": {"url": "https://x.y/${secret}?k=${secret}", "headers": {"A": "Bearer ${secret}"}, "bad": 1}}}`,
		`{"mcpServers": {"a": {"url": "https://me:${secret}@x.y", "oauth_client_secret": "${secret}", "bad": 1}}}`,
		`{"mcpServers": {"a": {"command": "curl -H ${secret}", "bad": 1}}} // ${secret}`,
		`{"mcpServers": {"a": {"command": "x", "env": {"A": "\${NONE}${secret}"}}}} /* ${secret} */`,
		`{"mcpServers": {"a": {"command": "x" "env": {"TOKEN": "${secret}"}}}}`,
		`{"mcpServers": {'a': {'env': {'TOKEN': '${secret}'}}}}`,
		`{"mcpServers": {"a": {"env": {"TOKEN": ${secret}}}}}`,
		`{"mcpServers": {"a": {"env": {"TOKEN": "${secret}}}}}`,
		`{"mcpServers": {"a": {"env": {"TOKEN" "${secret}": 1}}}}`,
		`{"token": "${secret}", "mcpServer": {}}`,
		`"${secret}"`,
		secret,
	])("and never with a secret: %s", (text) => {
		const said =
			report(text) + JSON.stringify(reportJson({ path: "/c.json", text, ...findingsIn(text, surroundings) }));
		expect(said).not.toContain(secret);
		expect(said).toContain("^");
	});

	const words = fc.constantFrom(
		'"',
		"'",
		"{",
		"}",
		"[",
		"]",
		",",
		":",
		"//",
		"/*",
		"*/",
		"\n",
		"\r\n",
		"\t",
		"${A}",
		"世",
		"x",
		"mcpServers",
		"env",
	);

	test("property: whatever the text is, the marks are within 80 columns", () => {
		fc.assert(
			fc.property(fc.array(words), (pieces) => {
				const text = `{${pieces.join("")}`;
				for (const line of report(text).split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
			}),
		);
	});
});

test.each([
	['{"mcpServers": {"a": {"command": "x", "arg": 1}}}', /^Did you mean "args"\?$/],
	['{"mcpServers": {"a": {"command": "${TOKEN}"}}}', /^Did you mean \$\{TOKENS\}\? Else set it where/],
	['{"mcpServers": {"a": {"command": "${workspaceFolder}/x"}}}', /write the path itself/],
	['{"mcpServers": {"a": {"command": "x", "args": ["{env:FOO}"]}}}', /^Write \$\{FOO\}\.$/],
	['{"mcpServers": {"a": {"command": "x"},}} {}', /look for one \} too many/],
	['{"mcpServers": {"a": {"command": "C:\\d"}}}', /for a backslash/],
])("what helps is suggested: %s", (text, suggestion) => {
	expect(findingsIn(text, surroundings).findings[0]?.suggestion).toMatch(suggestion);
});

test("a config without problems is told to be fine, with its servers", () => {
	expect(report('{"mcpServers": {"a": {"command": "x"}, "b": {"command": "x", "enabled": false}}}')).toBe(
		"/c.json is fine: 1 server, 1 switched off",
	);
});

test("for programs everything is in one document", () => {
	const text = '{"mcpServers": {"a": {"comand": "x", "command": "y"}}}';
	expect(reportJson({ path: "/c.json", text, ...findingsIn(text, surroundings) })).toEqual({
		file: "/c.json",
		valid: false,
		findings: [
			{
				severity: "error",
				line: 1,
				column: 23,
				length: 8,
				field: "mcpServers.a.comand",
				message: "unknown field",
				suggestion: 'Did you mean "command"?',
			},
		],
	});
});
