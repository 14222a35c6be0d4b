/** The table of sign-ins, and what is said when one ends: never a token. */
import { expect, test } from "bun:test";

import type { StoredSignIn, Tokens } from "../../auth/types.ts";
import { parseConfig } from "../../config/load.ts";
import { plain } from "../output/surface.ts";
import { remoteGroups } from "./groups.ts";
import { describeSignIns } from "./list.ts";
import { logOut, type Revocation } from "./log-out.ts";
import { timeOf, untilOf } from "./wording.ts";

const wide = { width: 110, colours: plain };

/** In the time zone of this machine, whichever that is. */
const at = (time: string) => new Date(`2026-11-22T${time}`).getTime();
const now = at("12:00");
const secrets = { accessToken: "hush-access", refreshToken: "hush-refresh" };

function kept(resource: string, tokens?: Tokens): StoredSignIn {
	const client = { kind: "registered", id: "c", secret: "hush-client" } as const;
	return { resource, issuer: "https://login.example", client, tokens };
}

function listed(servers: Record<string, object>) {
	const { groups } = parseConfig(JSON.stringify({ mcpServers: servers }), { path: "/c.json", env: {}, home: "/h" });
	return remoteGroups(groups).map((group) => ({ group, resource: group.server.url }));
}

test("each server has its line, and so has what is kept of servers that are gone", () => {
	const groups = listed({
		files: { command: "files" },
		linear: { url: "https://linear.example/mcp" },
		short: { url: "https://short.example" },
		old: { url: "https://old.example" },
		half: { url: "https://half.example" },
		lasting: { url: "https://lasting.example" },
		never: { url: "https://never.example" },
		keyed: { url: "https://keyed.example?key=hush", headers: { Authorization: "Bearer hush" } },
	});
	const { accessToken } = secrets;
	const table = describeSignIns(
		groups,
		[
			kept("https://linear.example/mcp", { ...secrets, scope: "read write", expiresAt: at("11:00") }),
			kept("https://short.example", { accessToken, expiresAt: at("13:05") }),
			kept("https://old.example", { accessToken, expiresAt: at("12:00") }),
			kept("https://half.example"),
			kept("https://lasting.example", { ...secrets, scope: "" }),
			kept("https://gone.example/mcp", { accessToken, scope: "a\u001b[2Jb" }),
		],
		now,
		wide,
	);
	expect(table).not.toMatch(/hush/);
	expect(`\n${table}\n`).toBe(`
GROUP       SERVER                      STATE               SCOPES      EXPIRES
linear      https://linear.example/mcp  signed in           read write  2026-11-22 11:00, then renewed
short       https://short.example       signed in           -           2026-11-22 13:05
old         https://old.example         expired             -           2026-11-22 12:00
half        https://half.example        not signed in       -           -
lasting     https://lasting.example     signed in           -           -
never       https://never.example       not signed in       -           -
keyed       https://keyed.example?…     has its own header  -           -
(no group)  https://gone.example/mcp    signed in           ab          -
`);
});

test("where there is nothing to list, that is said", () => {
	const files = listed({ files: { command: "files" } });
	expect(describeSignIns(files, [], now, wide)).toBe("No server of the config is at a URL, and no sign-in is kept.");
});

test.each<[Tokens, string]>([
	[{ accessToken: "a" }, ""],
	[{ accessToken: "a", expiresAt: at("09:05") }, ", until 2026-11-22 09:05"],
	[{ ...secrets, expiresAt: at("09:05") }, ", until 2026-11-22 09:05 and then renewed without asking"],
])("how long it lasts: %#", (tokens, text) => {
	expect(untilOf(tokens)).toBe(text);
});

test("times have two digits each", () => {
	expect(timeOf(new Date(2026, 0, 2, 3, 4).getTime())).toBe("2026-01-02 03:04");
});

test("it fits 80 columns", () => {
	const groups = listed({ tracker: { url: "https://mcp.tracker.example/a/long/way/to/the/server" } });
	const tokens = { ...secrets, scope: "issues:read issues:write projects:read", expiresAt: at("13:05") };
	const signIn = kept("https://mcp.tracker.example/a/long/way/to/the/server", tokens);
	const table = describeSignIns(groups, [signIn], now, { width: 80, colours: plain });
	expect(table.split("\n").filter((line) => line.length > 80)).toEqual([]);
	expect(table.replaceAll(/\s+/g, " ")).toContain("signed in issues:read");
});

test.each<[Revocation, boolean, string]>([
	[{ kind: "revoked" }, true, "Signed out of docs: its tokens are revoked and forgotten."],
	[
		{ kind: "unoffered" },
		true,
		"Signed out of docs: its tokens are forgotten. Its authorization server has no way to revoke them.",
	],
	[
		{ kind: "failed", problem: "https://login.example answers with 500" },
		true,
		"Signed out of docs: its tokens are forgotten here, but https://login.example answers with 500.",
	],
	[{ kind: "unoffered" }, false, "Nobody was signed in to docs."],
])("signing out says what has come of it: %o", async (outcome, hadTokens, text) => {
	const resource = "https://docs.example";
	let calls = 0;
	async function logout() {
		calls++;
		return outcome;
	}
	const store = { read: async () => kept(resource, hadTokens ? secrets : undefined) };
	const signal = new AbortController().signal;
	expect(await logOut({ name: "docs", authorizer: { resource, logout }, store, signal })).toBe(text);
	expect(calls).toBe(1);
});
