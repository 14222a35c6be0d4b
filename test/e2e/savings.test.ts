import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";

import { openBrowserView, testWithBrowser } from "../helpers/browser.ts";
import { promptMs } from "../helpers/patience.ts";
import { type ProxyOptions, startProxy } from "../helpers/proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

interface Sums {
	readonly direct: number;
	readonly menu: number;
	readonly first: number;
	readonly repeated: number;
	readonly results: number;
	readonly saved: number;
}

interface Savings {
	readonly file: string;
	readonly sessions: number;
	readonly total: Sums;
	readonly groups: (Sums & { readonly name: string; readonly calls: number; readonly discoveries: number })[];
	readonly days: unknown[];
}

const official = (name: string, ...args: string[]) => ({
	command: `${import.meta.dir}/../../node_modules/.bin/mcp-server-${name}`,
	args,
});

const cacheOf = ({ path }: TempDir) => `${path}/cache`;

async function savingsOf(directory: TempDir, ...args: string[]): Promise<Savings> {
	const env = { DYNAMIC_MCP_CACHE_DIR: cacheOf(directory) };
	const { code, stdout, stderr } = await runCli(["savings", "--json", ...args], { home: directory.path, env });
	expect([code, stderr]).toEqual([0, ""]);
	return JSON.parse(stdout) as Savings;
}

/** One session from start to end. Only the cache is shared: what has the same home is killed together. */
async function session(
	directory: TempDir,
	options: ProxyOptions,
	use: (proxy: Awaited<ReturnType<typeof startProxy>>) => Promise<void>,
): Promise<void> {
	await using proxy = await startProxy({ cacheDir: cacheOf(directory), ...options });
	await proxy.request("tools/list");
	await use(proxy);
	await proxy.closeStdin();
	expect((await proxy.exited).ms).toBeLessThan(promptMs);
}

const echo = { servers: { echo: fixture("echo") } };

describe.concurrent("savings", () => {
	test("of real sessions with real servers add up, and grow with each", async () => {
		await using directory = openTempDir();
		const file = directory.write("words.txt", "one two three ".repeat(400));
		const servers = { files: official("filesystem", directory.path), memory: official("memory") };
		for (const times of [1, 2]) {
			await session(directory, { servers }, async ({ discover, callTool }) => {
				for (let time = 0; time < times; time++) await discover("files");
				await discover("memory");
				await callTool("files", "read_text_file", { path: file });
			});
		}
		const config = directory.write("servers.json", JSON.stringify({ mcpServers: servers }));
		const { sessions, total, groups } = await savingsOf(directory, "--config", config);
		const files = groups.find(({ name }) => name === "files");
		expect(sessions).toBe(2);
		expect(files).toMatchObject({ calls: 2, discoveries: 3 });
		// Twice shown for the first time, once again: the same text each time.
		expect(files?.repeated).toBe(Math.round((files?.first ?? 0) / 2));
		expect(files?.saved).toBe((files?.direct ?? 0) - (files?.first ?? 0) - (files?.repeated ?? 0));
		const sum = (field: "direct" | "first" | "repeated" | "results") =>
			groups.reduce((all, group) => all + group[field], 0);
		expect(total).toEqual({
			direct: sum("direct"),
			menu: total.menu,
			first: sum("first"),
			repeated: sum("repeated"),
			results: sum("results"),
			saved: sum("direct") - total.menu - sum("first") - sum("repeated"),
		});
		// 400 times three words, in two sessions.
		expect(total.results).toBeGreaterThan(1000);
		expect(total.saved).toBeGreaterThan(1000);
	});

	test("with one small server there is a loss, and it is called one", async () => {
		await using directory = openTempDir();
		await session(directory, echo, async ({ discover }) => {
			await discover("echo");
			await discover("echo");
		});
		const { total } = await savingsOf(directory);
		expect(total.saved).toBeLessThan(0);
		const env = { DYNAMIC_MCP_CACHE_DIR: cacheOf(directory) };
		const { stdout } = await runCli(["savings"], { home: directory.path, env });
		expect(stdout).toStartWith("Lost ");
		expect(stdout).toContain('"expose": "auto"');
		expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
	});

	test("no text of a client or a server is kept: numbers and groups' names alone", async () => {
		await using directory = openTempDir();
		await session(directory, echo, async ({ callTool, request }) => {
			await callTool("echo", "echo", { text: "s3cr3t-value" });
			await request("tools/call", { name: "get_dynamic_tools", arguments: { query: "s3cr3t-query" } });
		});
		const files = readdirSync(cacheOf(directory)).filter((name) => name.startsWith("savings"));
		const bytes = await Promise.all(files.map((name) => Bun.file(`${cacheOf(directory)}/${name}`).bytes()));
		expect(files.length).toBeGreaterThan(0);
		expect(Buffer.concat(bytes).includes("s3cr3t")).toBe(false);
	});

	test("several processes that end at once all write", async () => {
		await using directory = openTempDir();
		await Promise.all(
			Array.from({ length: 6 }, () =>
				session(directory, echo, async ({ callTool }) => void (await callTool("echo", "echo", { text: "x" }))),
			),
		);
		const { sessions, groups } = await savingsOf(directory);
		expect(sessions).toBe(6);
		expect(groups.find(({ name }) => name === "echo")?.calls).toBe(6);
	});

	test("killed processes leave a sound file, with what others have written", async () => {
		await using directory = openTempDir();
		const ends = Array.from({ length: 8 }, async (_, at) => {
			await using proxy = await startProxy({ cacheDir: cacheOf(directory), ...echo });
			await proxy.request("tools/list");
			await proxy.discover("echo");
			await proxy.closeStdin();
			// At whatever point of its end it is by then.
			if (at % 2 === 0) proxy.signal("SIGKILL");
			await proxy.exited;
			expect(proxy.stderrText()).toBe("");
		});
		await Promise.all(ends);
		const { sessions } = await savingsOf(directory);
		expect(sessions).toBeGreaterThanOrEqual(4);
		expect(sessions).toBeLessThanOrEqual(8);
		const database = new Database(`${cacheOf(directory)}/savings.sqlite`);
		expect(database.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
		expect(database.query("PRAGMA foreign_key_check").all()).toEqual([]);
		database.close();
	});

	test("a file that is held by somebody else holds nobody up", async () => {
		await using directory = openTempDir();
		await session(directory, echo, async () => {});
		const database = new Database(`${cacheOf(directory)}/savings.sqlite`);
		database.run("BEGIN IMMEDIATE");
		await session(directory, echo, async () => {});
		database.run("ROLLBACK");
		database.close();
		expect((await savingsOf(directory)).sessions).toBe(1);
	});

	test("switched off nothing is written", async () => {
		await using directory = openTempDir();
		await session(directory, { ...echo, settings: { accounting: false } }, async ({ discover }) => {
			await discover("echo");
		});
		expect(readdirSync(cacheOf(directory))).toEqual(["catalogs"]);
		expect(await savingsOf(directory)).toMatchObject({ sessions: 0, groups: [] });
		expect(readdirSync(cacheOf(directory))).toEqual(["catalogs"]);
	});

	test("a client that only looks whether the program is there is no session", async () => {
		await using directory = openTempDir();
		await using proxy = await startProxy({ cacheDir: cacheOf(directory), ...echo });
		await proxy.closeStdin();
		await proxy.exited;
		expect(await savingsOf(directory)).toMatchObject({ sessions: 0 });
	});

	test("what is no ledger is named, with what helps, and left alone", async () => {
		await using directory = openTempDir();
		const path = directory.write("cache/savings.sqlite", "no database at all, for sure\n".repeat(100));
		const env = { DYNAMIC_MCP_CACHE_DIR: cacheOf(directory) };
		const { code, stderr } = await runCli(["savings"], { home: directory.path, env });
		expect(code).toBe(1);
		expect(stderr).toContain(path);
		expect(stderr).toContain("may be deleted");
		await using proxy = await startProxy({ cacheDir: cacheOf(directory), ...echo });
		await proxy.request("tools/list");
		await proxy.closeStdin();
		await proxy.exited;
		expect(proxy.stderrText()).toContain("savings cannot be counted in");
		expect(await Bun.file(path).text()).toStartWith("no database at all");
	});

	test("--since leaves out what was before, and takes no nonsense", async () => {
		await using directory = openTempDir();
		await session(directory, echo, async () => {});
		expect((await savingsOf(directory, "--since", "1h")).sessions).toBe(1);
		expect((await savingsOf(directory, "--since", "2999-01-01")).sessions).toBe(0);
		const { code, stderr } = await runCli(["savings", "--since", "soon"], { home: directory.path });
		expect(code).toBe(1);
		expect(stderr).toContain('--since: "soon"');
	});

	test("a report that cannot be written is an error that says where", async () => {
		await using directory = openTempDir();
		const file = `${directory.write("file", "")}/report.html`;
		const { code, stderr } = await runCli(["savings", "--html", file], { home: directory.path });
		expect(code).toBe(1);
		expect(stderr).toContain(`--html: ${file} cannot be written`);
	});
});

testWithBrowser()(
	"the report shows the numbers of --json, in light and in dark, and asks for nothing from elsewhere",
	async () => {
		await using directory = openTempDir();
		const odd = "<script>document.title='x'</script>";
		const servers = { files: official("filesystem", directory.path), [odd]: fixture("echo") };
		await session(directory, { servers }, async ({ discover, callTool }) => {
			await discover("files");
			await discover("files");
			await discover(odd);
			await callTool(odd, "echo", { text: "x" });
		});
		const file = `${directory.path}/report.html`;
		const { total, groups } = await savingsOf(directory, "--html", file);
		const html = await Bun.file(file).text();
		expect(html).not.toMatch(/<script|src=|href=|url\(|@import/);

		await using browser = await openBrowserView();
		const { view } = browser;
		const messages: string[] = [];
		await view.navigate("about:blank");
		await view.cdp("Log.enable");
		await view.cdp("Runtime.enable");
		for (const event of ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"]) {
			view.addEventListener(
				event,
				(found) => void messages.push(found instanceof MessageEvent ? JSON.stringify(found.data) : event),
			);
		}
		const colours: unknown[] = [];
		for (const value of ["light", "dark"]) {
			await view.cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
			await view.navigate(`file://${file}`);
			await browser.shows("Savings of dynamic-mcp");
			const cells = await view.evaluate(
				"[...document.querySelectorAll('tbody tr, tfoot tr')].map((row) => [...row.cells].map((cell) => cell.innerText))",
			);
			const shown = (number: number) => number.toLocaleString("en-US").replace("-", "−");
			expect(cells).toEqual([
				...groups.map(({ name, direct, first, repeated, saved, calls, results }) => [
					name,
					...[direct, first, repeated, saved, calls, results].map(shown),
				]),
				["(tool list)", "", shown(total.menu), "", shown(-total.menu), "", ""],
				[
					"Total",
					...[total.direct, total.first + total.menu, total.repeated, total.saved, 1, total.results].map(shown),
				],
			]);
			colours.push(await view.evaluate("getComputedStyle(document.body).backgroundColor"));
			// Each has a colour to be seen by.
			expect(
				await view.evaluate(
					"[...document.querySelectorAll('.chart rect')].every((bar) => getComputedStyle(bar).fill !== 'rgb(0, 0, 0)')",
				),
			).toBe(true);
			expect(await view.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		}
		expect(new Set(colours).size).toBe(2);
		expect(messages).toEqual([]);
	},
);
