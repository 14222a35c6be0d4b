/** stdout is the protocol: whatever happens, every line on it is a JSON-RPC message. */
import { expect, test } from "bun:test";

import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const troubled = {
	broken: fixture("crashes-at-start"),
	vault: fixture("dies-on-call"),
	banner: fixture("prints-banner"),
	junk: fixture("bad-utf8"),
	chatty: fixture("many-notifications"),
	needy: fixture("echo", { args: ["${NOPE}"] }),
	ghost: { description: "d", command: "no-such-command-anywhere" },
};

/** Uses every group, and writes what is no message; resolves when all is answered. */
async function makeTrouble(proxy: Proxy): Promise<void> {
	await proxy.sendRaw("junk\n5\n");
	await proxy.request("no/such");
	await Promise.all(Object.keys(troubled).map((group) => proxy.discover(group)));
	await Promise.all([
		proxy.callTool("vault", "die"),
		proxy.callTool("banner", "greet"),
		proxy.callTool("junk", "greet"),
		proxy.callTool("nobody", "knows"),
	]);
	await proxy.closeStdin();
	await proxy.exited;
}

test.each([
	["before the config", (config: string) => ["--log-level", "debug", config]],
	["with an equals sign", (config: string) => ["--log-level=debug", config]],
	["after the config", (config: string) => [config, "--log-level", "debug"]],
	["after serve", (config: string) => ["serve", "--log-level", "debug", config]],
])("holds with --log-level debug %s, and the log is on stderr", async (_where, args) => {
	await using proxy = await startProxy({ servers: troubled, args });
	await makeTrouble(proxy);
	expect(proxy.strangers()).toEqual([]);
	expect(proxy.stderrText().split("\n").length).toBeGreaterThan(5);
});

test("holds with DYNAMIC_MCP_LOG=debug", async () => {
	await using proxy = await startProxy({ servers: troubled, env: { DYNAMIC_MCP_LOG: "debug" } });
	await makeTrouble(proxy);
	expect(proxy.strangers()).toEqual([]);
	expect(proxy.stderrText().split("\n").length).toBeGreaterThan(5);
});

test("holds when runtime and logger are asked to be loud and colourful", async () => {
	const env = { DEBUG: "*", CONSOLA_LEVEL: "5", FORCE_COLOR: "1", NODE_DEBUG: "child_process", RUST_LOG: "debug" };
	await using proxy = await startProxy({ servers: troubled, env });
	await makeTrouble(proxy);
	expect(proxy.strangers()).toEqual([]);
});

test("a session in which all goes well says nothing on stderr", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	await proxy.discover("echo");
	await proxy.callTool("echo", "echo", { text: "hi" });
	await proxy.closeStdin();
	await proxy.exited;
	expect(proxy.stderrText()).toBe("");
});
