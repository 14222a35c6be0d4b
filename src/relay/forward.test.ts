import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet } from "../../test/helpers/memory-channel.ts";
import { createLink } from "../protocol/link.ts";
import type { Outcome } from "../protocol/pending.ts";
import { forwardRequest, paramsOf } from "./forward.ts";
import { createJobs } from "./jobs.ts";

/** Somebody's request `"mine"`, and whom it is forwarded to; both are in the test's hands. */
function createForwarding() {
	const clock = createFakeClock();
	const [left, right] = [joinChannels(), joinChannels()];
	const [asking, asked] = [openMemoryPeer(left, "left"), openMemoryPeer(right, "right")];
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const jobs = createJobs(createLink({ clock, open: left.right.open, ...handlers }));
	const to = createLink({ clock, open: right.left.open, ...handlers });
	const job = jobs.begin({ kind: "request", id: "mine", method: "m", params: undefined, text: "" })!;
	const outcomes: Outcome[] = [];
	const settle = (outcome: Outcome) => void outcomes.push(outcome);
	const forward = async (params?: string) => {
		forwardRequest({ jobs, job, to, method: "m", params, timeoutMs: 100, settle });
		await quiet();
	};
	const progress = async (progressToken: unknown, progress = 1) => {
		asked.send({ method: "notifications/progress", params: { progressToken, progress } });
		await quiet();
	};
	return {
		clock,
		asking,
		asked,
		jobs,
		job,
		outcomes,
		forward,
		progress,
		texts: right.left.sent,
		told: left.right.sent,
	};
}

const head = '{"jsonrpc":"2.0","id":1,"method":"m"';

describe("a request is sent on", () => {
	test.each([
		[undefined, `${head}}`],
		["{}", `${head},"params":{}}`],
		['{ "n" : 12345678901234567890, "a":[ ] }', `${head},"params":{ "n" : 12345678901234567890, "a":[ ] }}`],
		['{"progressToken":"mine"}', `${head},"params":{"progressToken":"mine"}}`],
		['{"_meta":{"x":"progressToken"}}', `${head},"params":{"_meta":{"x":"progressToken"}}}`],
		['{"_meta":{"progressToken":null}}', `${head},"params":{"_meta":{"progressToken":null}}}`],
		['{"_meta":{"progressToken":{"a":1}}}', `${head},"params":{"_meta":{"progressToken":{"a":1}}}}`],
	])("as it is when it wants no progress: %s", async (params, text) => {
		const { forward, texts } = createForwarding();
		await forward(params);
		expect(texts).toEqual([text]);
	});

	test.each(["abc", "", 0, 7, -1, 1.5])("with a token of our own in place of %j", async (token) => {
		const { forward, texts } = createForwarding();
		await forward(`{"a": 1.0,"_meta":{"progressToken" : ${JSON.stringify(token)}, "x":2}}`);
		expect(texts).toEqual([`${head},"params":{"a": 1.0,"_meta":{"progressToken" : 1, "x":2}}}`]);
	});
});

describe("progress", () => {
	test("goes back with the token as it was written, and pushes the timeout back", async () => {
		const { clock, forward, progress, told, outcomes } = createForwarding();
		await forward('{"_meta":{"progressToken":12345678901234567890}}');
		clock.advance(99);
		await progress(1, 0.5);
		clock.advance(99);
		const params = '{"progressToken":12345678901234567890,"progress":0.5}';
		expect([told, outcomes]).toEqual([[`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`], []]);
	});

	test("stops with the job", async () => {
		const { forward, progress, asking, jobs, job } = createForwarding();
		await forward('{"_meta":{"progressToken":"t"}}');
		void jobs.answer(job, "{}");
		await progress(1);
		expect(asking.received()).toEqual([{ jsonrpc: "2.0", id: "mine", result: {} }]);
	});

	test("of a request that wants none goes nowhere", async () => {
		const { forward, progress, asking } = createForwarding();
		await forward("{}");
		await progress(1);
		expect(asking.received()).toEqual([]);
	});
});

test("whoever cancels the job cancels the request, with its reason", async () => {
	const { forward, asked, jobs, outcomes } = createForwarding();
	await forward('{"_meta":{"progressToken":"t"}}');
	const params = { requestId: "mine", reason: "Esc" };
	jobs.cancel({ kind: "notification", method: "notifications/cancelled", params, text: "" });
	await quiet();
	expect([asked.received().at(-1)?.params, outcomes]).toEqual([
		{ requestId: 1, reason: "Esc" },
		[{ kind: "cancelled", reason: "Esc" }],
	]);
});

test.each([
	['{"method":"m"}', undefined],
	['{"params":{ "a" : 1 },"method":"m"}', '{ "a" : 1 }'],
	['{"params":null}', "null"],
	['{"x":{"params":1}}', undefined],
])("the params of %s are %p", (text, params) => {
	expect(paramsOf(text)).toBe(params as string);
});
