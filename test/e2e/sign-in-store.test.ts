/** Where sign-ins are kept, when that does not work: what is wrong is said, nobody waits for it, and it can be mended. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync } from "node:fs";

import { eventually } from "../helpers/eventually.ts";
import { addressIn, keptSignInOf, modeOf, oneMinuteOld, signInAt } from "../helpers/kept-sign-in.ts";
import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { isWatching } from "../helpers/processes.ts";
import { printConfig } from "../helpers/proxy.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { startSignedMcp } from "../helpers/signed-mcp.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const settings = { tokenStore: "file" };

/** Where no secret service answers, whatever there is on this machine. */
const withoutKeychain = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere/bus" };

test.concurrent("auto, without a keychain: sign-ins are kept in files, and one line says so", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, { settings: { tokenStore: "auto" }, env: withoutKeychain });
	expect(await signInAt(proxy)).toStartWith("200");
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	const kept = keptSignInOf(proxy);
	expect(modeOf(kept.path())).toBe("0600");
	kept.change(oneMinuteOld);
	server.expireAll();
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	await proxy.end();
	const lines = proxy
		.stderrText()
		.split("\n")
		.filter((line) => line.includes("keychain"));
	expect(lines).toEqual([
		expect.stringMatching(/^\[warn\] the keychain cannot be used: .*\. So sign-ins can only be kept in files, in \//),
	]);
	expect(lines[0]).toContain(kept.folder);
});

test.concurrent(
	"keychain, without one: the answer says what to do, and that done, the same program goes on",
	async () => {
		await using server = await startSignedMcp();
		await using proxy = await startProxyOf(server, {}, { settings: { tokenStore: "keychain" }, env: withoutKeychain });
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toMatch(/^Group "remote" needs a sign-in: .*\. But the keychain cannot be used: /);
		expect(text).toContain(
			'Unlock it and try again, or set "tokenStore": "file" in the settings to keep sign-ins in files.',
		);
		expect(text).not.toContain("Open this address");
		// Nobody is sent to sign in for nothing, and nothing is registered.
		expect([server.of("/register"), server.of("/token")]).toEqual([[], []]);
		expect(
			keptSignInOf(proxy)
				.files()
				.filter((name) => name.includes(".tokens.")),
		).toEqual([]);

		await eventually(
			() => isWatching(proxy.pid),
			(watching) => watching,
		);
		saveByRename(proxy.configPath, printConfig({ remote: { url: server.url } }, settings));
		const next = await eventually(
			() => proxy.call("work"),
			(reply) => textOf(reply).includes("Open this address"),
		);
		expect((await fetch(addressIn(next))).status).toBe(200);
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
	},
);

test.concurrent(
	"a file in the place of the folder is named, and nothing is started before it is moved away",
	async () => {
		await using server = await startSignedMcp();
		await using folder = openTempDir();
		const path = folder.write(".dynamic-mcp/oauth-servers", "mine");
		await using proxy = await startProxyOf(server, {}, { settings, home: folder.path });
		expect(errorTextOf(await proxy.call("work"))).toContain(`${path} is not a folder`);
		expect(errorTextOf(await proxy.call("work"))).toContain("Move it away, then try again.");
		expect(server.of("/register")).toEqual([]);
		rmSync(path);
		expect(await signInAt(proxy)).toStartWith("200");
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
	},
);

test.concurrent("a folder that others can change is refused with the command that mends it", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, { settings });
	const { folder } = keptSignInOf(proxy);
	mkdirSync(folder, { recursive: true });
	chmodSync(folder, 0o777);
	const text = errorTextOf(await proxy.call("work"));
	expect(text).toContain(`the folder ${folder} can be changed by others: its mode is 0777`);
	expect(text).toContain(`Run: chmod 700 ${folder}`);
	chmodSync(folder, 0o700);
	expect(await signInAt(proxy)).toStartWith("200");
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
});

test.concurrent(
	"a file that the group can read is refused with the command that mends it, and is used after that",
	async () => {
		await using server = await startSignedMcp();
		await using first = await startProxyOf(server, {}, { settings });
		await signInAt(first);
		expect(goodTextOf(await first.call("work"))).toBe("done");
		const path = keptSignInOf(first).path();
		chmodSync(path, 0o640);

		await using proxy = await startProxyOf(server, {}, { settings, home: first.home });
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toContain(`the file ${path} can be read by others: its mode is 0640, so no sign-in in it is used`);
		expect(text).toContain(`Run: chmod 600 ${path}`);
		expect([server.of("/authorize").length, server.of("/token").length]).toEqual([1, 1]);
		chmodSync(path, 0o600);
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
		expect(server.of("/token")).toHaveLength(1);
	},
);

test.concurrent.each(["000", "077", "777"])(
	"under umask %s the folder is 0700 and what is in it 0600",
	async (umask) => {
		await using server = await startSignedMcp();
		await using home = openTempDir();
		// The sign-ins' folder and all in it are made by the program; a umask of 777 would close the home itself.
		mkdirSync(`${home.path}/.dynamic-mcp`);
		await using proxy = await startProxyOf(server, {}, { settings, home: home.path, shell: `umask ${umask}` });
		const { folder, files } = keptSignInOf(proxy);
		const address = addressIn(await proxy.call("work"));
		const waiting = files();
		expect(waiting.filter((name) => name.endsWith(".waiting.json"))).toHaveLength(1);
		expect((await fetch(address)).status).toBe(200);
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
		const after = files();
		expect(after.filter((name) => name.endsWith(".tokens.json"))).toHaveLength(1);
		expect([...waiting, ...after].filter((name) => !name.startsWith("0600 "))).toEqual([]);
		expect(modeOf(folder)).toBe("0700");
	},
);

/** Nothing can be written to any file, as on a full disk; also not by root. */
const noSpace = "trap '' XFSZ; ulimit -S -f 0";
const giveSpace = (pid: number) => Bun.spawnSync(["prlimit", `--pid=${pid}`, "--fsize=unlimited:"]);

test.concurrent(
	"where nothing can be written the answer names the place, and with space again the call works",
	async () => {
		await using server = await startSignedMcp();
		await using proxy = await startProxyOf(server, {}, { settings, shell: noSpace });
		const { folder } = keptSignInOf(proxy);
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toContain(folder);
		expect(text).toContain("cannot be written to");
		expect(giveSpace(proxy.pid).exitCode).toBe(0);
		expect(await signInAt(proxy)).toStartWith("200");
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
	},
);

test.concurrent(
	"tokens that cannot be written when they are renewed are used all the same, and the old file stays whole",
	async () => {
		await using server = await startSignedMcp();
		await using first = await startProxyOf(server, {}, { settings });
		await signInAt(first);
		expect(goodTextOf(await first.call("work"))).toBe("done");
		const kept = keptSignInOf(first);
		kept.change(oneMinuteOld);
		const before = kept.tokens();
		server.expireAll();

		const args = (config: string) => ["--log-level", "info", config];
		await using proxy = await startProxyOf(server, {}, { settings, home: first.home, shell: noSpace, args });
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
		expect(kept.tokens()).toEqual(before);
		await proxy.stderrHas("new tokens could not be kept");
		expect(server.of("/token").map(({ form }) => form.get("grant_type"))).toEqual([
			"authorization_code",
			"refresh_token",
		]);
		expect(kept.files().filter((name) => name.includes(".tmp"))).toEqual([]);
	},
);
