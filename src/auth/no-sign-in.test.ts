import { expect, test } from "bun:test";

import { startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf, never, redirectUri } from "../../test/helpers/authorizing.ts";

const notThere = () => new Response("there is nothing here", { status: 404 });

test.each([200, 400])(
	"a server that wants no sign-in, and answers HTTP %p to anybody, is told as such",
	async (status) => {
		await using server = await startAuthorizationServer({ resource: false, metadata: false });
		server.on["/mcp"] = () => Response.json({ jsonrpc: "2.0", id: 1, result: { tools: [] } }, { status });
		server.on["/register"] = notThere;
		const failure = failureOf(createAuthorizing(server).authorizer.prepare(redirectUri, never));
		expect(await failure).toBe(`${server.url} does not ask for a sign-in, and names no place for one`);
	},
);

test("a server that may want one, though not at once, has the usual place for it", async () => {
	await using server = await startAuthorizationServer({ resource: false, metadata: false });
	server.on["/mcp"] = () => Response.json({ jsonrpc: "2.0", id: 1, result: { tools: [] } });
	const { url } = await createAuthorizing(server).authorizer.prepare(redirectUri, never);
	expect(url).toStartWith(`${server.origin}/authorize?`);
});

test("a server that wants one, and has no place for it, is told by what is missing there", async () => {
	await using server = await startAuthorizationServer({ resource: false, metadata: false });
	server.on["/register"] = notThere;
	const failure = failureOf(createAuthorizing(server).authorizer.prepare(redirectUri, never));
	expect(await failure).toContain("this program could not be registered there");
});
