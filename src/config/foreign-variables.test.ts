import { expect, test } from "bun:test";

import { foreignVariable } from "./foreign-variables.ts";
import { parseConfig } from "./load.ts";

test.each([
	["{env:TOKEN}", "{env:TOKEN}", "write ${TOKEN}"],
	["Bearer {env:TOKEN}", "{env:TOKEN}", "write ${TOKEN}"],
	["${input:tracker-token}", "${input:tracker-token}", "write ${TRACKER_TOKEN} and set that variable"],
	["{file:~/.token}", "{file:~/.token}", 'put the value into a variable, or into a file that "envFile" names'],
	["${file:~/.token}", "{file:~/.token}", 'put the value into a variable, or into a file that "envFile" names'],
	["${config:git.path}", "${config:git.path}", "write the value itself"],
	["${{ secrets.TOKEN }}", "${{ secrets.TOKEN }}", "write ${NAME}"],
	["${ TOKEN }", "${ TOKEN }", "write ${TOKEN}"],
	["%APPDATA%\\npm\\server.cmd", "%APPDATA%", "write ${APPDATA}"],
	["--root=%USERPROFILE%", "%USERPROFILE%", "write ${USERPROFILE}"],
	["$env:TOKEN", "$env:TOKEN", "write ${TOKEN}"],
	["$TOKEN", "$TOKEN", "write ${TOKEN}"],
	["Bearer $TOKEN", "$TOKEN", "write ${TOKEN}"],
])("%s is another client's", (text, reference, advice) => {
	expect(foreignVariable(text)).toEqual({ reference, advice });
});

test.each([
	"plain",
	"${TOKEN}",
	"${env:TOKEN}",
	"$${TOKEN}",
	"$${env:TOKEN}",
	"${TOKEN:-x}",
	"${TOKEN:-http://x}",
	"${env:TOKEN:-http://x}",
	"pa$$WORD",
	"x$TOKEN",
	"$5",
	"100%",
	"%20%41",
	"https://example.com/a%20b%C3%A9",
	'{"env": "x"}',
	"{name}",
])("%s is not", (text) => {
	expect(foreignVariable(text)).toBeUndefined();
});

test("whoever loads the config is told, field by field, but not of servers that are switched off", () => {
	const env = { TOKEN: "{env:TOKEN}", OTHER: "${OTHER}" };
	const mcpServers = { git: { command: "x", env, args: ["$TOKEN"] }, off: { command: "x", env, enabled: false } };
	const surroundings = { path: "/c.json", env: { OTHER: "x" }, home: "/home/me" };
	expect(parseConfig(JSON.stringify({ mcpServers }), surroundings).warnings).toEqual([
		"mcpServers.git.args[0]: $TOKEN is another client's way, and not filled in here; write ${TOKEN}",
		"mcpServers.git.env.TOKEN: {env:TOKEN} is another client's way, and not filled in here; write ${TOKEN}",
	]);
});
