/** The client goes: nothing of the tree stays. */
import { expect, test } from "bun:test";

import { goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { waitUntilGone } from "../helpers/processes.ts";
import { initializeParams, type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const stubborn = {
	unmoved: fixture("ignores-sigterm"),
	parent: fixture("leaves-grandchild", { args: ["same-group"] }),
	polite: fixture("slow"),
};

/** Its grandchild has left the server's process group, as a daemon does. */
const scattered = { ...stubborn, founder: fixture("leaves-grandchild") };

const endings = ["stdin closing", "SIGTERM", "SIGINT", "SIGHUP"] as const;

function end(proxy: Proxy, ending: (typeof endings)[number]): void {
	if (ending === "stdin closing") void proxy.closeStdin();
	else proxy.signal(ending);
}

/** Starts every server, and resolves with all the processes there are then. */
async function startAll(proxy: Proxy, servers: object = stubborn): Promise<number[]> {
	const groups = Object.keys(servers);
	const parents = groups.filter((group) => group === "parent" || group === "founder");
	const replies = await Promise.all([
		...groups.map((group) => proxy.callTool(group, "pid")),
		...parents.map((group) => proxy.callTool(group, "grandchild")),
	]);
	const pids = [proxy.pid, ...replies.map((reply) => Number(goodTextOf(reply)))];
	const tree = proxy.tree();
	expect(pids.filter((pid) => !tree.includes(pid))).toEqual([]);
	return tree;
}

test.each(endings)("nothing is left soon after %s", async (ending) => {
	await using proxy = await startProxy({ servers: stubborn });
	const tree = await startAll(proxy);
	end(proxy, ending);
	await waitUntilGone(tree, promptMs);
	expect(proxy.tree()).toEqual([]);
});

test.each(endings)("no grandchild in a process group of its own is left soon after %s", async (ending) => {
	await using proxy = await startProxy({ servers: scattered });
	const tree = await startAll(proxy, scattered);
	end(proxy, ending);
	await waitUntilGone(tree, promptMs);
	expect(proxy.tree()).toEqual([]);
});

test.each(["stdin closing", "SIGTERM"] as const)("calls in flight do not hold up the end by %s", async (ending) => {
	await using proxy = await startProxy({ servers: { ...stubborn, mute: fixture("never-initializes") } });
	const tree = await startAll(proxy);
	const stuck = Promise.allSettled([proxy.callTool("polite", "hang"), proxy.callTool("mute", "anything")]);
	await proxy.callTool("polite", "hanging");
	end(proxy, ending);
	await waitUntilGone([...tree, ...proxy.tree()], promptMs);
	await stuck;
	expect(proxy.tree()).toEqual([]);
});

test("the exit code is 0 when stdin closes", async () => {
	await using proxy = await startProxy({ servers: stubborn });
	await startAll(proxy);
	await proxy.closeStdin();
	expect(await proxy.exited).toMatchObject({ code: 0, signal: null });
});

test("without any server running it ends at once, without a word on stderr", async () => {
	await using proxy = await startProxy({ servers: stubborn });
	await proxy.closeStdin();
	const { code, ms } = await proxy.exited;
	expect({ code, stderr: proxy.stderrText() }).toEqual({ code: 0, stderr: "" });
	expect(ms).toBeLessThan(promptMs);
});

test("requests that were written before stdin closed are answered", async () => {
	await using proxy = await startProxy({ servers: stubborn, initialize: false });
	const requests = [
		{ jsonrpc: "2.0", id: 1, method: "initialize", params: initializeParams() },
		{ jsonrpc: "2.0", id: 2, method: "tools/list" },
	];
	await proxy.sendRaw(requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
	await proxy.closeStdin();
	expect(await proxy.exited).toMatchObject({ code: 0 });
	expect(proxy.messages().map(({ id }) => id)).toEqual([1, 2]);
});

test("a second signal does no harm", async () => {
	await using proxy = await startProxy({ servers: stubborn });
	const tree = await startAll(proxy);
	proxy.signal("SIGINT");
	proxy.signal("SIGTERM");
	await waitUntilGone(tree, promptMs);
	expect(proxy.tree()).toEqual([]);
});
