/** How our entry looks in each client, and in what the documents show. */
import { expect, test } from "bun:test";

import { clients } from "./all.ts";
import { afterwards, isCurrent, isOurs, ourEntry, ourNamesIn, programIn, renewed } from "./our-entry.ts";

const command = "/home/me/.local/bin/dynamic-mcp";
const stdio = { type: "stdio", command };

/** All others have the command alone. */
const special: Readonly<Record<string, object>> = {
	claude: { ...stdio, alwaysLoad: true },
	cursor: stdio,
	vscode: stdio,
	visualstudio: stdio,
	codex: { command, tool_timeout_sec: 300 },
	copilot: { type: "local", command, args: [], tools: ["*"], deferTools: "never" },
	cline: { ...stdio, timeout: 300 },
	crush: { ...stdio, timeout: 300 },
	zed: { command, args: [], timeout: 300 },
	opencode: { type: "local", command: [command], enabled: true },
	kilocode: { type: "local", command: [command], enabled: true },
	goose: { type: "stdio", name: "dynamic-mcp", enabled: true, cmd: command, args: [], timeout: 300 },
	continue: stdio,
};

const machine = { platform: "linux", env: {}, home: "/home/me", project: "/p" } as const;

function keysOf(id: string): readonly string[] {
	const client = clients.find((each) => each.id === id);
	const [place] = client?.places(machine) ?? [];
	return place === undefined ? [] : (client?.keys(undefined, place) ?? []);
}

test.each(clients.map(({ id }) => id))("%s", (id) => {
	expect(ourEntry(id, { command, args: [] }, keysOf(id))).toEqual({ ...(special[id] ?? { command }) });
});

test("the second version of OpenCode has other fields", () => {
	expect(ourEntry("opencode", { command, args: [] }, ["mcp", "servers"])).toEqual({
		type: "local",
		command: [command],
		codemode: false,
	});
});

test.each(clients.map(({ id }) => id))("%s gets the path of another config as its only argument", (id) => {
	const program = { command, args: ["/home/me/work/servers.json"] };
	expect(programIn(ourEntry(id, program, keysOf(id)))).toEqual(program);
});

test.each(clients.map((client) => [client.id, client] as const))(
	"%s itself would not import what we write",
	(id, client) => {
		const [place] = client.places({ ...machine, platform: id === "visualstudio" ? "win32" : "linux" });
		if (place === undefined) throw new Error(`${id} has no place`);
		const keys = client.keys(undefined, place);
		const entry = ourEntry(id, { command, args: [] }, keys);
		const servers = place.format === "yaml" && keys[0] === "mcpServers" ? [{ name: "x", ...entry }] : { x: entry };
		const document = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), servers);
		expect(client.read(document, place, machine)).toEqual([expect.objectContaining({ kind: "skipped" })]);
		expect(ourNamesIn(servers)).toEqual(["x"]);
	},
);

test.each([
	[{ command: "dmcp" }, true],
	[{ cmd: "/opt/dynamic-mcp" }, true],
	[{ command: ["C:\\tools\\dynamic-mcp.exe", "x.json"] }, true],
	[{ command: "npx", args: ["-y", "dynamic-mcp@2"] }, true],
	[{ command: "npx", args: ["-y", "other", "dynamic-mcp"] }, false],
	[{ url: "https://example.com/dynamic-mcp" }, false],
	["dynamic-mcp", false],
])("whether %j starts us: %p", (entry, expected) => {
	expect(isOurs(entry)).toBe(expected);
});

test.each([
	["codex", { env_vars: ["A", "B"] }],
	["copilot", { env: { A: "${A}", B: "${B}" } }],
	["gemini", { env: { A: "$A", B: "$B" } }],
	["claude", {}],
])("%s names the variables that it would not pass on otherwise", (id, named) => {
	const program = { command, args: [] };
	const fresh = ourEntry(id, { ...program, variables: ["A", "B"] }, keysOf(id));
	expect(fresh).toEqual({ ...ourEntry(id, program, keysOf(id)), ...named });
	expect(isCurrent(fresh, fresh)).toBe(true);
});

test("an entry without one of the variables is not what it should be, and is given it", () => {
	const fresh = ourEntry("codex", { command, args: [], variables: ["A", "B"] }, keysOf("codex"));
	const existing = { command, env_vars: [{ name: "B", source: "local" }, "C"], env: { D: "x" } };
	expect(isCurrent(existing, fresh)).toBe(false);
	expect(isCurrent({ ...existing, env: { A: "x" } }, fresh)).toBe(true);
	expect(renewed(existing, fresh)).toEqual({
		command,
		env_vars: [{ name: "B", source: "local" }, "C", "A"],
		env: { D: "x" },
		tool_timeout_sec: 300,
	});
	const gemini = ourEntry("gemini", { command, args: [], variables: ["A", "B"] }, keysOf("gemini"));
	expect(renewed({ command, env: { A: "own" } }, gemini)).toEqual({ command, env: { A: "own", B: "$B" } });
});

test("an entry that is renewed keeps what the person has put into it", () => {
	const old = { command: "/old/dmcp", args: ["x"], env: { A: "b" }, timeout: 1 };
	expect(renewed(old, { ...stdio, timeout: 300 })).toEqual({ ...stdio, env: { A: "b" }, timeout: 1 });
});

test("an entry of our name that is another program's is not kept", () => {
	expect(renewed({ command: "else", env: { A: "b" } }, stdio)).toEqual(stdio);
});

test("what to do next is a sentence, for every client and scope", () => {
	for (const { id, title } of clients) {
		for (const scope of ["global", "project"] as const) expect(afterwards(id, title, scope)).toMatch(/^[A-Z].+\.$/);
	}
});

test.each([
	["doppler", ["run", "--", "/opt/dynamic-mcp", "/x.json"]],
	["bash", ["-lc", "exec dynamic-mcp"]],
	["wsl", ["dynamic-mcp"]],
	["env", ["A=b", "dynamic-mcp"]],
])("an entry that starts us through %s is left as it is", (command, args) => {
	expect(isCurrent({ command, args }, { command: "/usr/bin/dynamic-mcp" })).toBe(true);
});

test.each([
	["npx", ["-y", "dynamic-mcp"]],
	["npm", ["exec", "--", "dynamic-mcp"]],
	["/old/dmcp", ["serve", "--", "dynamic-mcp"]],
	["doppler", ["run", "--", "other-server"]],
])("an entry of %s with %j is renewed", (command, args) => {
	expect(isCurrent({ command, args }, { command: "/usr/bin/dynamic-mcp" })).toBe(false);
});
