/** A server at a URL asks and tells its client through the proxy what it asks and tells it directly. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { connectToServer } from "../helpers/http-client.ts";
import { startHttpServer } from "../helpers/http-servers.ts";
import { connectToProxy } from "../helpers/sdk-client.ts";
import { askedOf, isNotice, openSides, type Sides } from "../helpers/side-by-side.ts";

describe.each(["everything", "everything-sse"] as const)("%s", (name) => {
	const stack = new AsyncDisposableStack();
	let sides: Sides;

	beforeAll(async () => {
		// One server is enough: each client has a session of its own.
		const server = stack.use(await startHttpServer(name));
		sides = stack.use(
			await openSides({
				group: "remote",
				directly: (client) => connectToServer(server, client),
				throughProxy: (client) => connectToProxy({ remote: { url: server.url } }, client),
			}),
		);
	});

	afterAll(() => stack.disposeAsync());

	// Both ask on the stream of the call, if the transport has such.
	test.each([
		["sampling", "trigger-sampling-request", { prompt: "now" }, "sampling/createMessage", "sampled: "],
		["elicitation", "trigger-elicitation-request", {}, "elicitation/create", "Name: Ada"],
	] as const)("%s", async (_what, tool, args, method, part) => {
		const { expected, actual } = await sides.both(async (side) => ({
			result: await side.call(tool, args),
			asked: askedOf(side, method, ""),
		}));
		expect(expected).toMatchObject({ asked: [expect.anything()] });
		expect(JSON.stringify(expected)).toContain(part);
		expect(actual).toEqual(expected);
	});

	// What belongs to no call comes on the stream that the client listens on.
	test("roots, asked for without a call, and anew when they change", async () => {
		const { expected, actual } = await sides.both(async (side) => {
			await side.next(isNotice("notifications/message", "1 root(s) received"));
			const first = await side.call("get-roots-list");
			await side.changeRoots([{ uri: "file:///two" }, { uri: "file:///three", name: "three" }]);
			await side.next(isNotice("notifications/message", "2 root(s) received"));
			return [first, await side.call("get-roots-list"), askedOf(side, "roots/list", "").length];
		});
		expect(JSON.stringify(expected)).toMatch(/file:\/\/\/one.*file:\/\/\/three.*,2\]$/);
		expect(actual).toEqual(expected);
	});

	test("updates of a resource", async () => {
		const uri = "demo://resource/static/document/features.md";
		const { expected, actual } = await sides.both(async (side) => {
			await side.client.subscribeResource({ uri });
			const log = await side.next(isNotice("notifications/message", "Subscribe Resource request"));
			await side.call("toggle-subscriber-updates");
			const update = await side.next(isNotice("notifications/resources/updated"));
			await side.call("toggle-subscriber-updates");
			return { update: update.params, said: log.params?.["data"] };
		});
		expect(expected).toMatchObject({ update: { uri } });
		expect(actual).toEqual(expected);
	});
});
