/** A group whose url changes: what was signed in to stays where it was, and what it gave goes nowhere else. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { keptSignInOf, oneMinuteOld, signInAt } from "../helpers/kept-sign-in.ts";
import { goodTextOf, textOf } from "../helpers/messages.ts";
import { isWatching } from "../helpers/processes.ts";
import { printConfig } from "../helpers/proxy.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { type SignedMcp, startSignedMcp } from "../helpers/signed-mcp.ts";

const settings = { tokenStore: "file" };

/** All that the server was sent. */
function receivedBy(server: SignedMcp): string {
	const all = server.requests.map(({ path, query, headers, form, json }) => [
		path,
		query.toString(),
		...headers,
		form.toString(),
		JSON.stringify(json),
	]);
	return all.flat(2).join("\n");
}

const stateOf = (text: string) => ({
	isSignInNeeded: text.includes("nobody has signed in yet"),
	isDone: text === "done",
});

async function turnTo(proxy: RemoteProxy, { url }: SignedMcp): Promise<void> {
	await eventually(
		() => isWatching(proxy.pid),
		(watching) => watching,
	);
	saveByRename(proxy.configPath, printConfig({ remote: { url } }, settings));
}

test.concurrent(
	"in the config of a running program: the other host is sent nothing, and going back needs no sign-in",
	async () => {
		await using old = await startSignedMcp({ name: "old" });
		await using other = await startSignedMcp({ name: "other" });
		await using proxy = await startProxyOf(old, {}, { settings });
		await signInAt(proxy);
		expect(goodTextOf(await proxy.call("work"))).toBe("done");

		await turnTo(proxy, other);
		const text = await eventually(
			async () => textOf(await proxy.call("work")),
			// While the group is changed over, a call may be told so.
			(text) => stateOf(text).isSignInNeeded,
		);
		expect(text).toContain(`${other.origin}/authorize?`);
		expect(other.of("/mcp").map(({ headers }) => headers.get("authorization"))).not.toEqual([]);
		expect(other.of("/mcp").filter(({ headers }) => headers.has("authorization"))).toEqual([]);
		expect(receivedBy(other)).not.toMatch(/old-(access|refresh|code|client)/);

		await turnTo(proxy, old);
		await eventually(
			async () => textOf(await proxy.call("work")),
			(text) => stateOf(text).isDone,
		);
		expect([old.of("/authorize").length, other.of("/authorize").length]).toEqual([1, 0]);
	},
);

test.concurrent(
	"between two starts: the other host is sent nothing, and both sign-ins are kept side by side",
	async () => {
		await using old = await startSignedMcp({ name: "old" });
		await using other = await startSignedMcp({ name: "other" });
		await using first = await startProxyOf(old, {}, { settings });
		await signInAt(first);
		// The old one's token is refused by now, and would be renewed.
		keptSignInOf(first).change(oneMinuteOld);
		old.expireAll();
		const { home } = first;

		await using moved = await startProxyOf(other, {}, { settings, home });
		expect(await signInAt(moved)).toStartWith("200");
		expect(goodTextOf(await moved.call("work"))).toBe("done");
		expect(receivedBy(other)).not.toMatch(/old-(access|refresh|code|client)/);

		await using back = await startProxyOf(old, {}, { settings, home });
		expect(goodTextOf(await back.call("work"))).toBe("done");
		expect(receivedBy(old)).not.toMatch(/other-(access|refresh|code|client)/);
		expect([old.of("/authorize").length, other.of("/authorize").length]).toEqual([1, 1]);
	},
);

test.concurrent("to another path of the same host: a sign-in of its own", async () => {
	await using server = await startSignedMcp();
	await using first = await startProxyOf(server, {}, { settings });
	await signInAt(first);
	server.on["/other"] = () => new Response("", { status: 401, headers: { "www-authenticate": "Bearer" } });
	await using moved = await startProxyOf({ url: `${server.origin}/other` }, {}, { settings, home: first.home });
	expect(goodTextOf(await first.call("work"))).toBe("done");
	expect(textOf(await moved.call("work"))).not.toBe("done");
	expect(server.of("/other").filter(({ headers }) => headers.has("authorization"))).toEqual([]);
	expect(server.of("/other")).not.toEqual([]);
});
