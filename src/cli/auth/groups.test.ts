/** Whom a person can sign in to, and what is said about the others. */
import { describe, expect, test } from "bun:test";

import { UserError } from "../../base/errors.ts";
import { parseConfig } from "../../config/load.ts";
import { signInSpecOf } from "../sign-in.ts";
import { groupToSignIn, remoteGroups } from "./groups.ts";

const path = "/etc/mcp.json";
const { groups } = parseConfig(
	JSON.stringify({
		mcpServers: {
			files: { command: "files" },
			linear: { url: "https://linear.example/mcp", oauth_client_id: "${ID}", oauth_scopes: ["read"] },
			notion: { url: "https://notion.example/mcp" },
			keyed: { url: "https://keyed.example", headers: { authorization: "Bearer x" } },
			broken: { url: "https://${UNSET}.example" },
		},
	}),
	{ path, env: { ID: "client" }, home: "/home/me" },
);

test("a server at a URL is one", () => {
	expect(groupToSignIn("linear", groups, path).server.url).toBe("https://linear.example/mcp");
});

describe("none is", () => {
	test.each([
		["linaer", 'there is no group "linaer" in /etc/mcp.json', 'Did you mean "linear"?'],
		["x", 'there is no group "x" in /etc/mcp.json', 'It has "files", "linear", "notion", "keyed", "broken".'],
		["files", '"files" needs no sign-in: it is a program on this machine', undefined],
		[
			"keyed",
			'"keyed" needs no sign-in: its headers in /etc/mcp.json have an Authorization of their own',
			"To sign in instead, take that header out.",
		],
		["broken", '"broken" cannot be used: url uses ${UNSET}, which is not set', "Mend it in /etc/mcp.json."],
	])("%s, which is said with the reason", (name, message, hint) => {
		let error: unknown;
		try {
			groupToSignIn(name, groups, path);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(UserError);
		expect({ message: (error as UserError).message, hint: (error as UserError).hint }).toEqual({ message, hint });
	});

	test("where the config has no groups", () => {
		expect(() => groupToSignIn("x", [], path)).toThrow('there is no group "x"');
	});
});

test("those that are listed are at a URL that is known", () => {
	expect(remoteGroups(groups).map(({ name }) => name)).toEqual(["linear", "notion", "keyed"]);
});

test("what the config says of the sign-in is passed on, and what it leaves out is left to the server", () => {
	const specs = ["linear", "notion"].map((name) => signInSpecOf(groupToSignIn(name, groups, path).server));
	expect(specs).toMatchObject([
		{ serverUrl: "https://linear.example/mcp", clientId: "client", scopes: ["read"], grant: "authorization_code" },
		{ serverUrl: "https://notion.example/mcp", grant: "authorization_code" },
	]);
	expect(specs[1]).toMatchObject({ clientId: undefined, scopes: undefined, redirectPort: undefined });
});
