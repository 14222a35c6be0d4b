import { describe, expect, test } from "bun:test";

import { promptMs } from "../../test/helpers/patience.ts";
import { isAlive, killAll, waitUntilGone } from "../../test/helpers/processes.ts";
import { after, systemClock } from "../base/clock.ts";
import type { Channel, Incoming } from "../protocol/channel.ts";
import { openProcess } from "./stdio.ts";

interface Server {
	readonly channel: Channel;
	/** Methods of the notifications received, `id` of replies, `malformed` for nonsense. */
	readonly received: string[];
	/** Resolves when the server has said `ready`, with the process ids it has named in it. */
	readonly ready: Promise<number[]>;
}

/** `say` prints a notification of that method, `ready` one with the process ids given to it. */
const prelude = `say() { echo "{\\"jsonrpc\\":\\"2.0\\",\\"method\\":\\"$1\\"}"; }
ready() { echo "{\\"jsonrpc\\":\\"2.0\\",\\"method\\":\\"ready\\",\\"params\\":[$1]}"; }
`;

function openScript(
	script: string,
	{ onStderr = (line: string) => line, hold = (): void | Promise<void> => {} } = {},
): Server {
	const received: string[] = [];
	const { promise: ready, resolve } = Promise.withResolvers<number[]>();
	const receive = (incoming: Incoming) => {
		received.push(incoming.kind === "notification" ? incoming.method : incoming.kind);
		if (incoming.kind === "notification" && incoming.method === "ready") resolve(incoming.params as number[]);
		return hold();
	};
	const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
	const spec = { group: "git", command: "sh", args: ["-c", prelude + script], env, cwd: undefined };
	return { channel: openProcess(spec, { clock: systemClock, receive, onStderr }), received, ready };
}

const notification = (method: string) =>
	({ kind: "notification", method, text: `{"jsonrpc":"2.0","method":"${method}"}` }) as const;

describe("the end of a server tells how it ended", () => {
	test.each([
		["exit 7", "it exited with code 7"],
		["exit 0", "it exited with code 0"],
		["kill -TERM $$", "it was killed by SIGTERM"],
		["kill -KILL $$", "it was killed by SIGKILL"],
		["exec >&-; exec sleep 300", "it closed its stdout"],
		["exec >&-; exit 3", "it exited with code 3"],
	])("%s", async (script, detail) => {
		const { channel } = openScript(script);
		const isClean = detail === "it exited with code 0" ? { isClean: true } : {};
		expect(await channel.closed).toEqual({ kind: "ended", detail, lastWords: [], ...isClean });
	});
});

describe("its last words", () => {
	test("are its last 50 lines on stderr, oldest first, without blank ones", async () => {
		const { channel } = openScript("for n in $(seq 60); do echo line $n >&2; echo >&2; done; exit 1");
		const { lastWords } = await channel.closed;
		expect(lastWords).toEqual(Array.from({ length: 50 }, (_, index) => `line ${index + 11}`));
	});

	test("are kept as the hook returns them", async () => {
		const { channel } = openScript("echo the token is s3cret >&2", {
			onStderr: (line) => line.replace("s3cret", "***"),
		});
		expect((await channel.closed).lastWords).toEqual(["the token is ***"]);
	});

	test("are cut when a line is very long", async () => {
		const { channel } = openScript("printf '%05000d\\nnext' 0 >&2");
		expect((await channel.closed).lastWords).toEqual([`${"0".repeat(256)}…`, "next"]);
	});

	test("do not change any more once they are told", async () => {
		const { channel, ready } = openScript("setsid sh -c 'sleep 0.4; echo late >&2' & ready $!; sleep 0.1; exit 1");
		const { lastWords } = await channel.closed;
		const told = [...lastWords];
		await waitUntilGone(await ready);
		await Bun.sleep(0);
		expect([...lastWords]).toEqual(told);
	});
});

describe("what a server prints", () => {
	test("before it ends is received before the close, the last line also without its line ending", async () => {
		const script = 'for n in $(seq 500); do say m; done; printf \'{"jsonrpc":"2.0","method":"last"}\'; exit 1';
		const { channel, received } = openScript(script);
		await channel.closed;
		expect([received.length, received.at(-1)]).toEqual([501, "last"]);
	});

	test("when its stdin is closed is received before the close, too", async () => {
		const { channel, received, ready } = openScript(
			"ready; cat >/dev/null; for n in $(seq 500); do say m; done; say bye",
		);
		await ready;
		await channel.close();
		expect([received.length, received.at(-1)]).toEqual([502, "bye"]);
	});

	test("before it ends is received before the close also when the receiver is slow to take it", async () => {
		const hold = () => after(systemClock, 120);
		const { channel, received } = openScript("ready; sleep 0.01; say last; exit 1", { hold });
		await channel.closed;
		expect(received).toEqual(["ready", "last"]);
	});

	test("that is no message is received as such", async () => {
		const { channel, received } = openScript("echo Welcome!; say m; echo; exit 0");
		await channel.closed;
		expect(received).toEqual(["malformed", "m"]);
	});
});

describe("a process that the server has left behind", () => {
	test("holds up no close with the pipes it has inherited, and is stopped", async () => {
		const { channel, ready } = openScript("sleep 300 & ready $!; exit 4");
		const { detail } = await channel.closed;
		const pids = await ready;
		await waitUntilGone(pids);
		expect([detail, pids.map(isAlive)]).toEqual(["it exited with code 4", [false]]);
	});

	test("holds up no close when it is out of reach, either", async () => {
		const { channel, ready } = openScript("setsid sh -c 'exec sleep 300' & ready $!; sleep 0.1; exit 4");
		const { detail } = await channel.closed;
		const pids = await ready;
		await killAll(() => pids.filter(isAlive));
		expect(detail).toBe("it exited with code 4");
	});
});

describe("close", () => {
	test("lets a server end by itself", async () => {
		const { channel, ready } = openScript("ready; cat >/dev/null; echo flushed >&2; exit 3");
		await ready;
		expect(await channel.close()).toEqual({
			kind: "closed",
			detail: "it was stopped by dynamic-mcp",
			lastWords: ["flushed"],
		});
	});

	test("is soon done with a server that ignores everything", async () => {
		const { channel, ready } = openScript("trap '' TERM INT HUP; ready $$; exec sleep 300");
		const pids = await ready;
		const started = performance.now();
		await channel.close();
		await waitUntilGone(pids);
		expect(performance.now() - started).toBeLessThan(promptMs);
	});

	test("is the first reason when the server ends because of it", async () => {
		const { channel, ready } = openScript("ready; cat >/dev/null; exit 3");
		await ready;
		const closed = await channel.close();
		expect(await channel.closed).toBe(closed);
	});
});

describe("a server that does not read its stdin", () => {
	test("is given up when 64 MB wait for it", async () => {
		const { channel, ready } = openScript("ready $$; exec sleep 300");
		const pids = await ready;
		const text = `{"jsonrpc":"2.0","method":"m","params":["${"x".repeat(2 ** 20)}"]}`;
		const before = process.memoryUsage.rss();
		for (let count = 0; count < 500; count++) {
			void channel.send({ kind: "notification", text });
			await Promise.resolve();
		}
		const grown = process.memoryUsage.rss() - before;
		const { kind, detail } = await channel.closed;
		await waitUntilGone(pids);
		expect({ kind, detail, isBounded: grown < 300 * 2 ** 20 }).toEqual({
			kind: "failed",
			detail: "it does not read its stdin, where more than 64 MB wait for it",
			isBounded: true,
		});
	});

	test("and has gone takes no message, and nothing is thrown", async () => {
		const { channel } = openScript("exit 0");
		await channel.closed;
		expect([channel.send(notification("m")), channel.send(notification("m"))]).toEqual([undefined, undefined]);
	});

	test("and is about to go takes messages without an error", async () => {
		const { channel, ready } = openScript("exec <&-; ready; sleep 0.05; exit 2");
		await ready;
		for (let count = 0; count < 100; count++) void channel.send(notification("m".repeat(1_000)));
		expect(await channel.closed).toEqual({ kind: "ended", detail: "it exited with code 2", lastWords: [] });
	});
});
