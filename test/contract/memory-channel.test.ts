import { joinChannels } from "../helpers/memory-channel.ts";
import { runChannelContract } from "./channel.ts";

runChannelContract({
	name: "memory",
	open(receive) {
		const { left, right } = joinChannels();
		const channel = left.open(receive);
		const echo = right.open((incoming) => {
			const { text } = incoming as { text: string };
			return echo.send({ kind: "notification", text });
		});
		return {
			channel,
			endPeer: () => void echo.close(),
			async [Symbol.asyncDispose]() {
				await channel.close();
			},
		};
	},
});
