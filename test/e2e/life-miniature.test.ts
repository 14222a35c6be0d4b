/** A long day in little time: many starts and stops, very many calls, and nothing that grows. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { openFilesOf, residentMb, waitUntilGone } from "../helpers/processes.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts } from "../helpers/starts.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

/** Longer than the tests take by far: they say what grew, and not that the machine was slow. */
const patienceMs = 120_000;

/** Starts the server with a call, and waits until it has been stopped for having nothing to do. */
async function cycle(proxy: Proxy, times: number): Promise<void> {
	for (let time = 0; time < times; time += 1) {
		await waitUntilGone([Number(goodTextOf(await proxy.callTool("rare", "pid")))]);
	}
}

/** The answers are compared, so that no call is lost or mixed up with another. */
async function callMany(proxy: Proxy, calls: number, atOnce: number): Promise<void> {
	for (let first = 0; first < calls; first += atOnce) {
		const texts = Array.from({ length: atOnce }, (_, index) => `text ${first + index}`);
		const replies = await Promise.all(texts.map((text) => proxy.callTool("echo", "echo", { text })));
		if (replies.some((reply, index) => goodTextOf(reply) !== texts[index])) throw new Error("answers are mixed up");
	}
}

test(
	"sixty starts and stops leave no process, no open file and no memory behind",
	async () => {
		await using directory = openTempDir();
		const starts = countStarts(directory);
		const rare = fixture("counts-starts", { env: starts.env, idleTimeout: "100ms" });
		await using proxy = await startProxy({ servers: { rare } });
		await cycle(proxy, 10);
		const [mb, files] = [residentMb(proxy.pid), openFilesOf(proxy.pid).length];
		await cycle(proxy, 50);
		expect(starts.pids()).toHaveLength(60);
		expect(proxy.children()).toEqual([]);
		expect(residentMb(proxy.pid) - mb).toBeLessThan(15);
		// The last pipes may be about to be closed.
		await eventually(
			() => openFilesOf(proxy.pid).length,
			(found) => found <= files,
		);
		await proxy.closeStdin();
		const { code, ms } = await proxy.exited;
		expect(code).toBe(0);
		expect(ms).toBeLessThan(promptMs);
	},
	patienceMs,
);

test(
	"fifty thousand calls leave the memory as it was after the first thirty thousand",
	async () => {
		await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
		await callMany(proxy, 30_000, 250);
		const mb = residentMb(proxy.pid);
		await callMany(proxy, 50_000, 250);
		expect(residentMb(proxy.pid) - mb).toBeLessThan(20);
		await proxy.closeStdin();
		expect(await proxy.exited).toMatchObject({ code: 0, signal: null });
	},
	patienceMs,
);
