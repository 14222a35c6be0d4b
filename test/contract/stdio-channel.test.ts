import { systemClock } from "../../src/base/clock.ts";
import type { Incoming } from "../../src/protocol/channel.ts";
import { openProcess } from "../../src/upstream/stdio.ts";
import { runChannelContract } from "./channel.ts";

/** Names its process in a first message, for `endPeer`, and is `cat` from then on. */
const script = 'echo "{\\"jsonrpc\\":\\"2.0\\",\\"method\\":\\"pid\\",\\"params\\":[$$]}"; exec cat';

runChannelContract({
	name: "stdio",
	open(receive) {
		const { promise: started, resolve } = Promise.withResolvers<number>();
		const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
		const channel = openProcess(
			{ group: "echo", command: "sh", args: ["-c", script], env, cwd: undefined },
			{
				clock: systemClock,
				onStderr: (line) => line,
				receive(incoming: Incoming) {
					if (incoming.kind !== "notification" || incoming.method !== "pid") return receive(incoming);
					const [pid] = incoming.params as [number];
					return resolve(pid);
				},
			},
		);
		return {
			channel,
			endPeer: () => void started.then((pid) => process.kill(pid)).catch(() => {}),
			async [Symbol.asyncDispose]() {
				await channel.close();
			},
		};
	},
});
