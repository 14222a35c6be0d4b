import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet } from "../../test/helpers/memory-channel.ts";
import type { Id, Request } from "../protocol/jsonrpc.ts";
import { createLink } from "../protocol/link.ts";
import { createJobs } from "./jobs.ts";

/** The jobs of a peer that is in the test's hands. */
function createWorking() {
	const pair = joinChannels();
	const peer = openMemoryPeer(pair, "right");
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const jobs = createJobs(createLink({ clock: createFakeClock(), open: pair.left.open, ...handlers }));
	const begin = (id: Id) => jobs.begin(requestOf(id))!;
	return { ...jobs, peer, begin };
}

const requestOf = (id: Id): Request => ({ kind: "request", id, method: "m", params: undefined, text: "" });

describe("when the peer is gone", () => {
	test("all that is being done for it is stopped, once, with the reason, and nothing is answered", () => {
		const { begin, answer, cancelAll, peer } = createWorking();
		const reasons: string[] = [];
		const jobs = [0, "a", 2].map(begin);
		for (const job of jobs) job.onCancel = (reason) => reasons.push(`${job.id} ${reason}`);
		void answer(jobs[1]!, "{}");
		for (const reason of ["gone", "gone again"]) cancelAll(reason);
		for (const job of jobs) void answer(job, "{}");
		expect([reasons, jobs.map(({ isOver }) => isOver), peer.received().length]).toEqual([
			["0 gone", "2 gone"],
			[true, true, true],
			1,
		]);
	});

	test("whoever is told may end other jobs", () => {
		const { begin, refuse, cancelAll } = createWorking();
		const [one, two] = [begin(1), begin(2)];
		const stopped: number[] = [];
		one.onCancel = () => {
			stopped.push(1);
			void refuse(two, { code: 1, message: "no" });
		};
		two.onCancel = () => void stopped.push(2);
		cancelAll("gone");
		expect(stopped).toEqual([1]);
	});
});

describe("idleness is told", () => {
	test("at once when nothing is being worked on", async () => {
		const { whenIdle } = createWorking();
		expect(await whenIdle()).toBeUndefined();
	});

	test("when the last job has ended, however it has", async () => {
		const { begin, answer, cancelAll, whenIdle } = createWorking();
		const jobs = [1, 2].map(begin);
		const seen: string[] = [];
		void whenIdle().then(() => seen.push("idle"));
		void answer(jobs[0]!, "{}");
		await quiet();
		seen.push("one left");
		cancelAll("gone");
		await quiet();
		expect(seen).toEqual(["one left", "idle"]);
	});
});
