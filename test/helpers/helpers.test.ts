/** Holds the helpers to what the tests rely on. */
import { expect, test } from "bun:test";

import { createLineCutter } from "./lines.ts";
import { createMessageLog } from "./message-log.ts";
import { isJsonRpc } from "./messages.ts";
import { openPeer } from "./peer.ts";
import { isAlive, waitUntilGone } from "./processes.ts";
import { openTempDir } from "./temp-dir.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("lines do not depend on where the chunks end", () => {
	const lines: string[] = [];
	const cutter = createLineCutter((line) => lines.push(new TextDecoder().decode(line)));
	for (const byte of encode("one\n\ntwö\nrest")) cutter.push(Uint8Array.of(byte));
	cutter.push(encode(" more\nthree\nfour"));
	expect(lines).toEqual(["one", "", "twö", "rest more", "three"]);
	expect(new TextDecoder().decode(cutter.rest())).toBe("four");
});

test("a line is claimed once, be it there before or after the claim", async () => {
	const log = createMessageLog();
	log.append(encode('{"id":1}'));
	const isOne = (value: unknown) => (value as { id: number } | undefined)?.id === 1;
	expect(await log.claim(isOne, 1_000)).toEqual({ id: 1 });
	const second = log.claim(isOne, 1_000);
	log.append(encode('{"id":2}'));
	log.append(encode('{"id":1,"again":true}'));
	expect(await second).toEqual({ id: 1, again: true });
	const third = log.claim(isOne, 60_000);
	log.end();
	expect(await third).toBeUndefined();
});

test("what is no JSON-RPC, no JSON or no UTF-8 is a stranger", () => {
	const log = createMessageLog();
	const lines = ['{"jsonrpc":"2.0","method":"m"}', "", "banner", "5", '{"jsonrpc":"2.0"}', '{"method":"m"}', "[]"];
	for (const line of lines) log.append(encode(line));
	log.append(Uint8Array.of(0x22, 0xff, 0x22));
	expect(log.strangers()).toEqual([...lines.slice(1), '"\ufffd"']);
});

test.each([
	[{ jsonrpc: "2.0", id: 0, result: {} }, true],
	[{ jsonrpc: "2.0", id: null, error: { code: -32700, message: "parse error" } }, true],
	[[{ jsonrpc: "2.0", id: "a", result: {} }], true],
	[{ jsonrpc: "2.0", id: 1, result: {}, error: {} }, false],
	[{ jsonrpc: "2.0", result: {} }, false],
	[{ jsonrpc: "1.0", id: 1, result: {} }, false],
])("%j is JSON-RPC: %p", (value, expected) => {
	expect(isJsonRpc(value)).toBe(expected);
});

test("a reply that never comes is reported with the command and its stderr", async () => {
	await using directory = openTempDir();
	const peer = openPeer({
		command: ["/bin/sh", "-c", "echo cannot go on >&2"],
		cwd: directory.path,
		env: { HOME: directory.path },
	});
	expect(peer.request("ping")).rejects.toThrow(
		/no reply to ping before it ended\n {2}command: \/bin\/sh.*\n {2}stderr: cannot go on/s,
	);
	expect(await peer.exited).toMatchObject({ code: 0, signal: null });
});

test("the tree holds an orphan in a session of its own, and is gone after kill", async () => {
	await using directory = openTempDir();
	const script = "setsid sleep 300 & echo $! >&2; wait";
	const env = { PATH: process.env["PATH"] ?? "", HOME: directory.path };
	const peer = openPeer({ command: ["/bin/sh", "-c", `(${script}) & wait`], cwd: directory.path, env });
	await peer.stderrHas(/^\d+\n/);
	peer.signal("SIGKILL");
	const { signal } = await peer.exited;
	expect(signal).toBe("SIGKILL");
	const tree = peer.tree();
	expect(tree).toContain(Number(peer.stderrText()));
	expect(waitUntilGone(tree, 50)).rejects.toThrow("sleep 300");
	await peer.kill();
	expect(tree.filter(isAlive)).toEqual([]);
});
