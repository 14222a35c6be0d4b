import { expect, test } from "bun:test";

import type { Place, ReadServer } from "../../clients/types.ts";
import { plain } from "../output/surface.ts";
import { lacksOf, problemOf } from "./lacks.ts";
import { newServers, planImport, type Sighting } from "./plan.ts";
import { describePlan, describeSightings, shortPath } from "./wording.ts";

const sheet = { width: 60, colours: plain };
const home = "/home/me";

const place: Place = { path: "/home/me/.cursor/mcp.json", scope: "global", format: "json" };
const cursor = { id: "cursor", title: "Cursor" };
const servers: ReadServer[] = [
	{
		kind: "imported",
		name: "Git Hub",
		group: "git-hub",
		entry: { command: "npx", args: ["gh-mcp", "--token", "abcdefgh"], env: { ORG: "${ORG}" } },
		lossy: ["envFile: cannot be read from here"],
		todo: ["set the variable TEAM: the team's name"],
		secrets: [{ field: "args[2]", variable: "GH_TOKEN" }],
	},
	{
		kind: "imported",
		name: "off",
		group: "off",
		entry: { url: "https://x.example.com/mcp", enabled: false },
		lossy: [],
		todo: [],
		secrets: [],
	},
	{ kind: "imported", name: "have", group: "have", entry: { command: "have-mcp" }, lossy: [], todo: [], secrets: [] },
	{ kind: "skipped", name: "us", group: "us", reason: "it is dynamic-mcp itself" },
	{ kind: "failed", name: "bad", group: "bad", reason: "it has no command\u001B[31m" },
];
const sightings: Sighting[] = [
	{ client: cursor, place, servers },
	{
		client: { id: "codex", title: "Codex" },
		place: { ...place, path: "/srv/config.toml", note: "older" },
		problem: "/srv/config.toml:1:2: no",
	},
];

function planned() {
	const existing = { mine: { command: "have-mcp", description: "d" } };
	return planImport({ sightings, existing, problemOf: () => undefined });
}

test("the plan says what becomes of everything, without a secret, in lines that fit", () => {
	const surroundings = { env: {}, home, path: "/home/me/c.json" };
	const lacks = newServers(planned()).flatMap(({ outcome }) => lacksOf(outcome.name, outcome.entry, surroundings));
	const text = describePlan({ planned: planned(), sightings, lacks, home }, sheet);
	expect(text.split("\n")).toEqual([
		"To import",
		"  group    from    server",
		"  git-hub  Cursor  npx gh-mcp --token ***",
		"  off      Cursor  https://x.example.com/mcp (switched off)",
		"",
		"Names",
		'  git-hub: "Git Hub" in Cursor',
		"",
		"Already there",
		"  have (Cursor), as mine",
		"",
		"Not imported",
		"  us (Cursor): it is dynamic-mcp itself",
		"  bad (Cursor): it has no command",
		"",
		"Cannot be read",
		"  Codex: /srv/config.toml:1:2: no",
		"",
		"Left out, because there is nothing like it here",
		"  git-hub: envFile: cannot be read from here",
		"",
		"To do",
		"  git-hub: set the variable TEAM: the team's name",
		"  git-hub: set the variable ORG, which env.ORG uses",
		"",
		"Secrets in clear text",
		"  git-hub: args[2]; better: ${GH_TOKEN}",
		"  They are taken over as they are, and the config is made",
		"  readable for you alone. Better write the variable in their",
		"  place, and set it where your client is started.",
	]);
});

test("for two secrets no variable is advised twice, for the same one it is", () => {
	const withToken = (group: string, token: string): ReadServer => ({
		kind: "imported",
		name: group,
		group,
		entry: { command: group, env: { TOKEN: token } },
		lossy: [],
		todo: [],
		secrets: [{ field: "env.TOKEN", variable: "TOKEN" }],
	});
	const found = [withToken("a", "first-token"), withToken("b", "second-token"), withToken("c", "first-token")];
	const three: Sighting[] = [{ client: cursor, place, servers: found }];
	const plan = planImport({ sightings: three, existing: {}, problemOf: () => undefined });
	const text = describePlan({ planned: plan, sightings: three, lacks: [], home }, sheet);
	expect(text.match(/\$\{.*\}/g)).toEqual(["${TOKEN}", "${TOKEN_2}", "${TOKEN}"]);
});

test("the files that were read come in a table", () => {
	expect(describeSightings(sightings, home, { ...sheet, width: 80 }).split("\n")).toEqual([
		"client  file                      found",
		"Cursor  ~/.cursor/mcp.json        5 servers",
		"Codex   /srv/config.toml (older)  cannot be read",
	]);
});

test.each([
	["/home/me/.x", "/home/me", "~/.x"],
	["/home/mean/.x", "/home/me", "/home/mean/.x"],
	["C:\\Users\\me\\.x", "C:\\Users\\me", "~\\.x"],
	["/.x", "/", "/.x"],
])("%s with the home folder %s is shown as %s", (path, folder, expected) => {
	expect(shortPath(path, folder)).toBe(expected);
});

test("why a config would not load with an entry is said without the entry's own path", () => {
	const surroundings = { env: {}, home, path: "/home/me/c.json" };
	expect(problemOf("a", { command: "x" }, surroundings)).toBeUndefined();
	expect(problemOf("a", { command: "" }, surroundings)).toBe("command: must not be empty");
});

test("a server that is switched off lacks nothing", () => {
	const surroundings = { env: {}, home, path: "/home/me/c.json" };
	expect(lacksOf("a", { command: "${X}", enabled: false }, surroundings)).toEqual([]);
	expect(lacksOf("a", { command: "${X}" }, surroundings)).toMatchObject([{ variable: "X" }]);
});
