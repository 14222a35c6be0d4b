/** What a server offers is kept on disk: the next run knows it without starting the server. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf, textOf } from "../helpers/messages.ts";
import { callTool, type Proxy, type ProxyOptions, startProxy } from "../helpers/proxy.ts";
import { writeProgram } from "../helpers/scripts.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts } from "../helpers/starts.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

/** One life of the program, ended by its client in good order. */
async function run<T>(options: ProxyOptions, act: (proxy: Proxy) => Promise<T>): Promise<T> {
	await using proxy = await startProxy(options);
	const result = await act(proxy);
	await proxy.closeStdin();
	expect(await proxy.exited).toMatchObject({ code: 0, signal: null });
	return result;
}

const discover = (group: string) => async (proxy: Proxy) => goodTextOf(await proxy.discover(group));

/** Every file below the directory; none when there is no directory. */
function filesIn(directory: string): string[] {
	if (!existsSync(directory)) return [];
	const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function textsIn(directory: string): Promise<string> {
	const texts = filesIn(directory).map(async (path) => {
		try {
			return await Bun.file(path).text();
		} catch {
			return ""; // It was the draft of another one, which is there by now.
		}
	});
	return (await Promise.all(texts)).join("\n");
}

function setUp(directory: TempDir) {
	const starts = countStarts(directory);
	const cacheDir = `${directory.path}/cache`;
	return { starts, options: { cacheDir, servers: { echo: fixture("echo", { env: starts.env }) } } };
}

test("the second run shows a group's tools without a process, and its calls start exactly one", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const shown = await run(options, discover("echo"));
	expect(starts.pids()).toHaveLength(1);

	await using proxy = await startProxy(options);
	expect(goodTextOf(await proxy.discover("echo"))).toBe(shown);
	expect({ starts: starts.pids().length, children: proxy.children() }).toEqual({ starts: 1, children: [] });
	const pids = await Promise.all([1, 2, 3, 4, 5].map(() => proxy.callTool("echo", "pid")));
	expect(new Set(pids.map(goodTextOf))).toEqual(new Set([String(starts.pids()[1])]));
	expect(starts.pids()).toHaveLength(2);
});

test("a call is enough for the next run to know the group", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	await run(options, (proxy) => proxy.callTool("echo", "pid"));
	expect(await run(options, discover("echo"))).toContain("echo(text: string)");
	expect(starts.pids()).toHaveLength(1);
});

test("a search in the second run finds the tools of groups that do not run", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	await run(options, discover("echo"));
	const found = await run(options, (proxy) => callTool(proxy, "get_dynamic_tools", { query: "paint wall" }));
	expect(goodTextOf(found)).toContain("paint(color:");
	expect(starts.pids()).toHaveLength(1);
});

const otherDefinitions: [string, { env?: Record<string, string>; args?: string[]; cwd?: string }][] = [
	["its arguments", { args: ["--other"] }],
	["its working directory", { cwd: "/" }],
	["a variable more", { env: { MORE: "1" } }],
];

test.each(otherDefinitions)("a server with another definition is asked anew: %s", async (_what, { env, ...more }) => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	await run(options, discover("echo"));
	const servers = { echo: fixture("echo", { ...more, env: { ...starts.env, ...env } }) };
	await run({ ...options, servers }, discover("echo"));
	expect(starts.pids()).toHaveLength(2);
});

test("what many servers offer is kept, even when the client goes the moment it was told", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const groups = Array.from({ length: 10 }, (_, index) => `group${index}`);
	const servers = Object.fromEntries(
		groups.map((group) => [group, fixture("echo", { args: [group], env: starts.env })]),
	);
	const discoverAll = (proxy: Proxy) => Promise.all(groups.map((group) => discover(group)(proxy)));
	const shown = await run({ ...options, servers }, discoverAll);
	expect(await run({ ...options, servers }, discoverAll)).toEqual(shown);
	expect(starts.pids()).toHaveLength(10);
});

test("a list that has changed is kept without anybody asking for it", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	await using proxy = await startProxy({
		...options,
		servers: { school: fixture("list-changed", { env: starts.env }) },
	});
	await proxy.callTool("school", "learn");
	await eventually(
		() => textsIn(options.cacheDir),
		(texts) => texts.includes("Learned a moment ago"),
	);
});

test("what a server has learned to do is known to the next run", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const servers = { school: fixture("list-changed", { env: starts.env }) };
	await run({ ...options, servers }, async (proxy) => {
		await proxy.callTool("school", "learn");
		expect(await discover("school")(proxy)).toContain("fly(");
	});
	expect(await run({ ...options, servers }, discover("school"))).toContain("fly(");
	expect(starts.pids()).toHaveLength(1);
});

test("a server that offers something else since the last run is believed as soon as it runs", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const program = `${directory.path}/program`;
	const servers = { mixed: { description: "Changes", command: program, args: [], env: starts.env } };
	writeProgram(program, fixture("echo"));
	await run({ ...options, servers }, discover("mixed"));
	writeProgram(program, fixture("paged"));
	await run({ ...options, servers }, async (proxy) => {
		expect(await discover("mixed")(proxy)).toContain("paint(");
		expect(goodTextOf(await proxy.callTool("mixed", "six"))).toBe("I am six");
		expect(await discover("mixed")(proxy)).not.toContain("paint(");
	});
	expect(await run({ ...options, servers }, discover("mixed"))).toContain("six(");
});

test("the files can be read by their owner only, and hold no value of the environment", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const servers = { echo: fixture("echo", { args: ["${TOKEN}"], env: { ...starts.env, API_KEY: "s3cret-key" } }) };
	await run({ ...options, servers, env: { TOKEN: "s3cret-token" } }, discover("echo"));
	const files = filesIn(options.cacheDir);
	expect(files.length).toBeGreaterThan(0);
	expect(files.filter((path) => (statSync(path).mode & 0o777) !== 0o600)).toEqual([]);
	expect(await textsIn(options.cacheDir)).not.toContain("s3cret");
});

test.each([
	["nothing", ""],
	["no JSON", '{"format": 1, "tools": ['],
	["other JSON", '{"version": 99, "tools": "none"}'],
	["no text at all", Uint8Array.of(0, 255, 254, 10, 0)],
])("a file that holds %s is as good as none, and is mended", async (_what, rubbish) => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const shown = await run(options, discover("echo"));
	for (const path of filesIn(options.cacheDir)) writeFileSync(path, rubbish);
	expect(await run(options, discover("echo"))).toBe(shown);
	expect(await run(options, discover("echo"))).toBe(shown);
	expect(starts.pids()).toHaveLength(2);
});

test("without a place to keep it every run asks the servers, and works", async () => {
	await using directory = openTempDir();
	const { starts, options } = setUp(directory);
	const cacheDir = directory.write("a-file", "not a directory");
	for (const _run of [1, 2]) {
		const reply = await run({ ...options, cacheDir }, (proxy) => proxy.callTool("echo", "echo", { text: "fine" }));
		expect(textOf(reply)).toBe("fine");
	}
	expect(starts.pids()).toHaveLength(2);
});
