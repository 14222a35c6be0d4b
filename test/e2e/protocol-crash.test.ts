/** A server that is killed in the middle of everything: the client is told of each thing once, and what can go on does. */
import { expect, test } from "bun:test";

import { allCapabilities, startAbleProxy } from "../helpers/able-proxy.ts";
import { eventually } from "../helpers/eventually.ts";
import { startHttpServer } from "../helpers/http-servers.ts";
import { errorTextOf, goodTextOf, isReplyTo } from "../helpers/messages.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts, readLines } from "../helpers/starts.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const elicit = {
	method: "elicitation/create",
	params: { mode: "form", message: "Name?", requestedSchema: { type: "object", properties: {} } },
};

test("a subscription, a progress stream and a question that were open when the server was killed", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const eventsFile = `${directory.path}/events`;
	const env = { ...starts.env, EVENTS_FILE: eventsFile };
	const servers = { one: fixture("whole-protocol", { args: ["one"], env }), echo: fixture("echo") };
	await using proxy = await startAbleProxy({ servers });
	const subscriptions = () => readLines(eventsFile).filter((line) => line.startsWith("subscribed"));

	expect((await proxy.request("resources/subscribe", { uri: "one://own" })).result).toEqual({});
	const stream = await proxy.beginCall("one", "hang", {}, { progressToken: "stream" });
	await proxy.nextNotice("notifications/progress", "stream");
	const asking = await proxy.beginCall("one", "ask", elicit, { progressToken: "asking" });
	const question = await proxy.nextRequest("elicitation/create");
	const [pid = 0] = starts.pids();
	const before = subscriptions().length;
	process.kill(pid, "SIGKILL");

	const ends = [await proxy.replyTo(stream), await proxy.replyTo(asking)].map(errorTextOf);
	expect(ends).toEqual([
		expect.stringMatching(/"one" ended during the call of hang: [^]*SIGKILL/),
		expect.stringMatching(/"one" ended during the call of ask: [^]*SIGKILL/),
	]);
	expect(await proxy.nextNotice("notifications/cancelled")).toMatchObject({ params: { requestId: question.id } });
	// Too late, and of no consequence.
	await proxy.answer(question, { action: "accept" });

	// It comes back by itself, for the subscription was never given up.
	await starts.reach(2);
	await eventually(subscriptions, (found) => found.length > before);
	expect(goodTextOf(await proxy.callTool("one", "touch", { uri: "one://own" }))).toBe("told");
	expect(await proxy.nextNotice("notifications/resources/updated")).toMatchObject({ params: { uri: "one://own" } });

	await proxy.request("ping");
	expect({
		ends: [proxy.repliesTo(stream).length, proxy.repliesTo(asking).length],
		cancelled: proxy.notices("notifications/cancelled").length,
		progress: proxy.notices("notifications/progress").length,
		updates: proxy.notices("notifications/resources/updated").length,
		starts: starts.pids().length,
	}).toEqual({ ends: [1, 1], cancelled: 1, progress: 2, updates: 1, starts: 2 });
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "not concerned" }))).toBe("not concerned");
});

test.each(["everything", "everything-sse"] as const)(
	"the same with a server at a URL, which has forgotten everything when it is back: %s",
	async (name) => {
		await using server = await startHttpServer(name);
		// Without roots: the server would ask for those, too.
		const { elicitation } = allCapabilities;
		await using proxy = await startAbleProxy({ servers: { remote: { url: server.url } } }, { elicitation });
		const uri = "demo://resource/static/document/features.md";
		const subscribed = await proxy.request("resources/subscribe", { uri, group: "remote" });
		expect(subscribed.result).toEqual({});
		const asking = await proxy.beginCall("remote", "trigger-elicitation-request");
		const question = await proxy.nextRequest("elicitation/create");
		await server.restart();

		// A stream that was cut is taken up again, if it can be, with pauses between the attempts.
		expect(errorTextOf(await proxy.nextMessage(isReplyTo(asking), 20_000))).toContain("remote");
		expect(await proxy.nextNotice("notifications/cancelled")).toMatchObject({ params: { requestId: question.id } });
		await proxy.answer(question, { action: "accept" });

		// Until the next attempt is due, calls are told when that will be.
		await eventually(
			() => proxy.callTool("remote", "toggle-subscriber-updates"),
			({ result }) => result?.["isError"] !== true,
		);
		expect(await proxy.nextNotice("notifications/resources/updated")).toMatchObject({ params: { uri } });
		await proxy.callTool("remote", "toggle-subscriber-updates");
		expect({
			ends: proxy.repliesTo(asking).length,
			cancelled: proxy.notices("notifications/cancelled").length,
			updates: proxy.notices("notifications/resources/updated").length,
		}).toEqual({ ends: 1, cancelled: 1, updates: 1 });
	},
);
