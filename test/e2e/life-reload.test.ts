/** The config is edited while the program runs: what was changed changes, and nothing else notices. */
import { expect, test } from "bun:test";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";

import { eventually } from "../helpers/eventually.ts";
import { errorTextOf, goodTextOf, type Message, textOf } from "../helpers/messages.ts";
import { isWatching, waitUntilGone } from "../helpers/processes.ts";
import { printConfig, type Proxy, type ProxyOptions, startProxy } from "../helpers/proxy.ts";
import { type Save, saveAnew, saveByRename, saveByTurningLink, saveInPlace, saveTarget } from "../helpers/saves.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts } from "../helpers/starts.ts";
import { stateOf } from "../helpers/states.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

/** Asking for the tools must not start servers behind the back of a test. */
const env = { DYNAMIC_MCP_HARVEST_DELAY_MS: "3600000" };

/** A program that follows its config by now. */
async function startFollowing(options: ProxyOptions): Promise<Proxy> {
	const proxy = await startProxy({ env, ...options });
	await eventually(
		() => isWatching(proxy.pid),
		(watching) => watching,
	);
	return proxy;
}

const isListChange = ({ method }: Message) => method === "notifications/tools/list_changed";
const listChanges = (proxy: Proxy) => proxy.messages().filter(isListChange).length;

/** What the model reads of the groups before it asks for anything. */
async function menuOf(proxy: Proxy): Promise<string> {
	const { result } = await proxy.request("tools/list");
	return (result as { tools: { description: string }[] }).tools.map(({ description }) => description).join("\n");
}

async function pidOf(proxy: Proxy, group: string): Promise<number> {
	return Number(goodTextOf(await proxy.callTool(group, "pid")));
}

async function argumentsOf(proxy: Proxy, group: string): Promise<unknown> {
	return JSON.parse(goodTextOf(await proxy.callTool(group, "arguments")));
}

/** A call that is answered when `release` is called, and only by the process that has it now. */
function holdCall(proxy: Proxy, group: string) {
	const meet = () => proxy.callTool(group, "meet", { count: 2 });
	const held = meet();
	return { release: async () => goodTextOf(await meet()), held };
}

const kept = fixture("echo", { description: "Stays as it is" });
const changed = (version: string) => fixture("echo", { args: [version] });
const before = printConfig({ kept, changed: changed("v1"), removed: fixture("echo") });
const after = printConfig({ kept, changed: changed("v2"), added: fixture("slow") });

const waysToSave: [string, Save, "file" | "link"][] = [
	["by renaming a new file over it", saveByRename, "file"],
	["by emptying it and writing it", saveInPlace, "file"],
	["by removing it and writing it", saveAnew, "file"],
	["by renaming a new file over what it links to", saveTarget(saveByRename), "link"],
	["by writing to what it links to", saveTarget(saveInPlace), "link"],
	["by turning the link to another file", saveByTurningLink, "link"],
];

test.each(waysToSave)("a change of the config %s reaches just the groups that changed", async (_way, save, kind) => {
	await using directory = openTempDir();
	const file = directory.write("real/dynamic-mcp.json", before);
	const link = `${directory.path}/dynamic-mcp.json`;
	symlinkSync(file, link);
	const path = kind === "file" ? file : link;
	await using proxy = await startFollowing({ args: () => [path] });
	const pids = await Promise.all(["kept", "changed", "removed"].map((group) => pidOf(proxy, group)));
	const [keptPid = 0, ...others] = pids;
	const { held, release } = holdCall(proxy, "kept");

	await save(path, after);
	await proxy.nextMessage(isListChange);
	const menu = await menuOf(proxy);
	expect(["added", "removed"].map((group) => menu.includes(group))).toEqual([true, false]);
	await waitUntilGone(others);
	expect(await argumentsOf(proxy, "changed")).toEqual(["v2"]);
	expect(goodTextOf(await proxy.callTool("added", "sleep", { ms: 1 }))).toBe("slept 1");
	expect(errorTextOf(await proxy.callTool("removed", "pid"))).toContain("removed");
	expect([await release(), goodTextOf(await held)]).toEqual(["met", "met"]);
	expect(await pidOf(proxy, "kept")).toBe(keptPid);
	expect(listChanges(proxy)).toBe(1);
});

test("the client is told in initialize that the list of tools may change", async () => {
	await using proxy = await startProxy();
	expect(proxy.greeting?.result).toMatchObject({ capabilities: { tools: { listChanged: true } } });
});

test("each change is announced once, and a change that the list does not show is not", async () => {
	await using proxy = await startFollowing({ configText: printConfig({ kept, changed: changed("v1") }) });
	const old = await pidOf(proxy, "changed");
	const menu = await menuOf(proxy);
	saveByRename(proxy.configPath, printConfig({ kept, changed: changed("v2") }));
	await waitUntilGone([old]);
	expect(await argumentsOf(proxy, "changed")).toEqual(["v2"]);
	expect({ menu: await menuOf(proxy), changes: listChanges(proxy) }).toEqual({ menu, changes: 0 });
	saveByRename(proxy.configPath, printConfig({ kept, one: fixture("echo"), two: fixture("echo") }));
	await proxy.nextMessage(isListChange);
	saveByRename(proxy.configPath, printConfig({ kept }));
	await proxy.nextMessage(isListChange);
	expect(await menuOf(proxy)).not.toMatch(/\b(one|two|changed)\b/);
	expect(listChanges(proxy)).toBe(2);
});

test("a file that is saved without a change, or changed in its layout only, restarts nothing", async () => {
	await using proxy = await startFollowing({ configText: before });
	const pid = await pidOf(proxy, "changed");
	saveByRename(proxy.configPath, before);
	await saveInPlace(proxy.configPath, `// tidied up\n${JSON.stringify(JSON.parse(before))}\n`);
	saveByRename(proxy.configPath, printConfig({ ...JSON.parse(before).mcpServers, last: kept }));
	await proxy.nextMessage(isListChange);
	expect(await pidOf(proxy, "changed")).toBe(pid);
	expect(listChanges(proxy)).toBe(1);
});

test("a change right after the start is not missed", async () => {
	await using proxy = await startProxy({ configText: printConfig({ kept }), env });
	saveByRename(proxy.configPath, printConfig({ kept, added: fixture("echo") }));
	await proxy.nextMessage(isListChange);
	expect(await menuOf(proxy)).toContain("added");
});

test("what is wrong in the config is told once when nothing changes", async () => {
	await using proxy = await startFollowing({ servers: { needy: fixture("echo", { args: ["${NOPE}"] }) } });
	for (let ping = 0; ping < 100; ping += 1) await proxy.request("ping");
	expect(proxy.stderrText().match(/NOPE/g)).toHaveLength(1);
});

test("a new description is shown and announced, and restarts nothing", async () => {
	await using proxy = await startFollowing({ configText: printConfig({ kept }) });
	const pid = await pidOf(proxy, "kept");
	saveByRename(proxy.configPath, printConfig({ kept: { ...kept, description: "Described anew" } }));
	await proxy.nextMessage(isListChange);
	expect(await menuOf(proxy)).toContain("Described anew");
	expect(await pidOf(proxy, "kept")).toBe(pid);
});

test("of twenty saves within two seconds the last one counts, and what stays the same is left alone", async () => {
	const version = (number: number) =>
		printConfig({ kept, changed: changed(`v${number}`), [`group${number}`]: fixture("echo") });
	await using proxy = await startFollowing({ configText: version(0) });
	const pid = await pidOf(proxy, "kept");
	const { held, release } = holdCall(proxy, "kept");
	const saves: Save[] = [saveByRename, saveInPlace, (path: string, text: string) => writeFileSync(path, text)];
	for (let number = 1; number <= 20; number += 1) {
		await saves[number % saves.length]?.(proxy.configPath, version(number));
		// Some are used while they last: what is started for them must not stay behind.
		if (number % 5 === 0) await proxy.callTool("changed", "pid");
		await Bun.sleep(80);
	}
	const menu = await eventually(
		() => menuOf(proxy),
		(menu) => menu.includes("group20"),
	);
	expect(menu.match(/group\d+/g)).toEqual(["group20"]);
	await eventually(
		() => argumentsOf(proxy, "changed"),
		(found) => JSON.stringify(found) === '["v20"]',
	);
	expect([await release(), goodTextOf(await held)]).toEqual(["met", "met"]);
	expect(await pidOf(proxy, "kept")).toBe(pid);
	const running = [pid, await pidOf(proxy, "changed")];
	const children = await eventually(
		() => proxy.children(),
		(children) => children.length === running.length,
	);
	expect(new Set(children)).toEqual(new Set(running));
	expect(listChanges(proxy)).toBeLessThanOrEqual(20);
});

test.each([
	["a syntax error", '{\n  "mcpServers": {\n    "echo": ]\n  }\n}', "3:13"],
	["an unknown field", '{"mcpServers": {"kept": {"command": "true", "argz": []}}}', "argz"],
	["nothing in it", "", "dynamic-mcp.json"],
	["a wrong setting", '{"settings": {"startup": "sometimes"}, "mcpServers": {}}', "startup"],
])("a file with %s is warned of and changes nothing, until it is in order again", async (_what, wrong, problem) => {
	await using proxy = await startFollowing({ configText: before });
	const menu = await menuOf(proxy);
	const pids = await Promise.all(["kept", "changed"].map((group) => pidOf(proxy, group)));
	const { held, release } = holdCall(proxy, "kept");

	saveByRename(proxy.configPath, wrong);
	await proxy.stderrHas(problem);
	expect(await menuOf(proxy)).toBe(menu);
	expect(await Promise.all(["kept", "changed"].map((group) => pidOf(proxy, group)))).toEqual(pids);
	expect(listChanges(proxy)).toBe(0);

	saveByRename(proxy.configPath, after);
	await proxy.nextMessage(isListChange);
	expect([await release(), goodTextOf(await held)]).toEqual(["met", "met"]);
	expect([await pidOf(proxy, "kept"), await argumentsOf(proxy, "changed")]).toEqual([pids[0], ["v2"]]);
	expect(listChanges(proxy)).toBe(1);
});

test("a config that is gone changes nothing, until there is one again", async () => {
	await using proxy = await startFollowing({ configText: before });
	const pid = await pidOf(proxy, "kept");
	rmSync(proxy.configPath);
	expect(await pidOf(proxy, "kept")).toBe(pid);
	writeFileSync(proxy.configPath, after);
	await proxy.nextMessage(isListChange);
	expect([await pidOf(proxy, "kept"), await argumentsOf(proxy, "changed")]).toEqual([pid, ["v2"]]);
});

test("a group that was misconfigured, disabled or failed works as soon as the config is mended", async () => {
	const wrong = {
		needy: fixture("echo", { args: ["${NOPE}"] }),
		disabled: fixture("echo", { enabled: false }),
		ghost: { description: "d", command: "no-such-command-anywhere" },
	};
	await using proxy = await startFollowing({ configText: printConfig(wrong) });
	for (const group of Object.keys(wrong)) errorTextOf(await proxy.callTool(group, "pid"));
	const right = Object.fromEntries(Object.keys(wrong).map((group) => [group, fixture("echo", { args: [group] })]));
	saveByRename(proxy.configPath, printConfig(right));
	await proxy.nextMessage(isListChange);
	for (const group of Object.keys(wrong)) {
		expect(await stateOf(proxy, group)).toBe("");
		expect(await argumentsOf(proxy, group)).toEqual([group]);
	}
});

test("a call on a group that is changed or removed is answered, and says what happened", async () => {
	const hanging = { gone: fixture("slow"), other: fixture("slow") };
	await using proxy = await startFollowing({ configText: printConfig({ kept, ...hanging }) });
	const calls = ["gone", "other"].map((group) => proxy.callTool(group, "hang"));
	for (const group of ["gone", "other"]) expect(goodTextOf(await proxy.callTool(group, "hanging"))).toBe("1");
	saveByRename(proxy.configPath, printConfig({ kept, other: fixture("slow", { args: ["changed"] }) }));
	const texts = (await Promise.all(calls)).map(errorTextOf);
	expect(texts).toEqual([expect.stringContaining("gone"), expect.stringContaining("other")]);
	expect(goodTextOf(await proxy.callTool("other", "hanging"))).toBe("0");
});

test.each([
	["removed", {}],
	["changed", { mute: fixture("echo") }],
])("a call that waits for a server to start is answered when its group is %s", async (_what, servers) => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const mute = fixture("never-initializes", { env: starts.env });
	await using proxy = await startFollowing({ configText: printConfig({ kept, mute }) });
	const waiting = proxy.callTool("mute", "pid");
	const pids = await starts.reach(1);
	saveByRename(proxy.configPath, printConfig({ kept, ...servers }));
	expect(textOf(await waiting)).toMatch(/mute|^\d+$/);
	await waitUntilGone(pids);
});
