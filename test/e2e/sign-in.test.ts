/** A server at a URL that wants a sign-in, from the first call to the last. */
import { expect, test } from "bun:test";

import { textOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { startSignedMcp, withBrowser } from "../helpers/signed-mcp.ts";

const file = { settings: { tokenStore: "file" } };
const addressIn = (text: string) => /Open this address to sign in: (\S+)\nThen call again\./.exec(text)?.[1];

test.concurrent("a call has the browser opened once, waits for the person, and is carried out", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, { ...file, env: withBrowser() });
	const replies = await Promise.all([proxy.call("work"), proxy.call("work"), proxy.call("work")]);
	expect(replies.map(textOf)).toEqual(["done", "done", "done"]);
	expect([server.of("/authorize").length, server.of("/register").length]).toEqual([1, 1]);
});

test.concurrent("where no browser can be opened, the answer has the address, and the next call works", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, file);
	const first = textOf(await proxy.call("work"));
	const address = addressIn(first);
	expect(first).toStartWith('Group "remote" needs a sign-in: nobody has signed in yet. Open this address');
	const state = textOf(await proxy.discover());
	expect(state).toContain("- remote (needs a sign-in, which a call of one of its tools begins)");
	expect((await fetch(address ?? "")).status).toBe(200);
	expect(textOf(await proxy.call("work"))).toBe("done");
	expect(textOf(await proxy.discover())).not.toContain("sign-in");
});
