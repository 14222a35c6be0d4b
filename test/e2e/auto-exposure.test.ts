/** `expose: "auto"` on the built program: dynamic as long as nothing is known, then what is cheaper, as `status` says. */
import { expect, test } from "bun:test";

import { goodTextOf, resultOf } from "../helpers/messages.ts";
import { printConfig, type Proxy, startProxy } from "../helpers/proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const servers = { echo: fixture("echo") };

async function namesOf(proxy: Proxy): Promise<string[]> {
	const { tools } = resultOf(await proxy.request("tools/list")) as { tools: { name: string }[] };
	return tools.map(({ name }) => name).slice(2);
}

test("few tools are exposed from the second session on, many are not; status says which and why", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	const settings = { expose: "auto" };
	const statusOf = async (threshold?: number) => {
		const own = { ...settings, ...(threshold === undefined ? {} : { autoThreshold: threshold }) };
		const path = directory.write("servers.json", printConfig(servers, own));
		const env = { DYNAMIC_MCP_CACHE_DIR: cacheDir };
		const json = await runCli(["status", path, "--json"], { home: directory.path, env });
		const text = await runCli(["status", path], { home: directory.path, env });
		return { ...(JSON.parse(json.stdout) as { auto: unknown }), text: text.stdout.replaceAll(/\s+/g, " ") };
	};

	const before = await statusOf();
	expect(before.auto).toMatchObject({ expose: "dynamic", unknown: ["echo"] });
	expect(before.text).toContain("it is not known yet what echo offers");
	{
		await using first = await startProxy({ servers, settings, cacheDir });
		expect(await namesOf(first)).toEqual([]);
		await first.discover("echo");
		expect(await namesOf(first)).toEqual([]);
		await first.closeStdin();
		await first.exited;
	}
	{
		await using second = await startProxy({ servers, settings, cacheDir });
		expect(await namesOf(second)).toContain("echo_echo");
		const called = await second.request("tools/call", { name: "echo_echo", arguments: { text: "hello" } });
		expect(goodTextOf(called)).toContain("hello");
	}
	const after = await statusOf();
	expect(after.auto).toMatchObject({ expose: "direct", unknown: [] });
	expect(after.text).toContain('expose "auto": tools stand in the client\'s own list');

	const low = { ...settings, autoThreshold: 1 };
	await using third = await startProxy({ servers, settings: low, cacheDir });
	expect(await namesOf(third)).toEqual([]);
	expect((await statusOf(1)).text).toContain("not less than settings.autoThreshold, 1.");
});
