import { expect, test } from "bun:test";

import { isRunning } from "./processes.ts";

test("a process is running until it has ended", async () => {
	const child = Bun.spawn(["cat"], { stdin: "pipe", stdout: "ignore" });
	expect([isRunning(process.pid), isRunning(child.pid)]).toEqual([true, true]);
	await child.stdin.end();
	await child.exited;
	expect(isRunning(child.pid)).toBe(false);
});
