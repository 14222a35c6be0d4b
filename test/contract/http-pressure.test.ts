/** What the contract cannot wait for, because it knows nothing of the peer: that the peer has gone on sending. */
import { expect, test } from "bun:test";

import { openHttpEcho } from "./http-echo.ts";

const params = ["x".repeat(10_000)];

test.each([
	{ transport: "http", path: "/mcp" },
	{ transport: "sse", path: "/sse" },
] as const)("$transport: what a server goes on sending is not read while the receiver is busy", async (how) => {
	const released = Promise.withResolvers<void>();
	const last = Promise.withResolvers<void>();
	let received = 0;
	await using echo = await openHttpEcho(how, () => {
		if (++received === 100) last.resolve();
		return released.promise;
	});
	for (let sent = 0; sent < 100; sent++) {
		void echo.channel.send({ kind: "notification", text: JSON.stringify({ jsonrpc: "2.0", method: "m", params }) });
	}
	await echo.takes(60);
	const held = received;
	released.resolve();
	await last.promise;
	expect(held).toBeWithin(1, 20);
});
