import { describe, expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { startProxy } from "../helpers/proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts } from "../helpers/starts.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

interface Status {
	readonly config: string;
	readonly groups: Record<string, unknown>[];
	readonly tokens: { readonly direct: number; readonly behind: number };
}

function writeConfig(directory: TempDir): string {
	const { env } = countStarts(directory);
	const mcpServers = {
		echo: fixture("echo"),
		crash: fixture("crashes-at-start", { env }),
		unset: { command: "x", args: ["${NO_SUCH_VARIABLE}"] },
		off: { command: "x", enabled: false },
		web: {
			url: "http://me:s3cr3t-value@127.0.0.1:9/mcp?key=s3cr3t-value",
			headers: { Authorization: "Bearer s3cr3t-value" },
		},
		signed: { url: "https://mcp.example.com/mcp", enabled: false },
	};
	return directory.write("servers.json", JSON.stringify({ mcpServers, settings: { tokenStore: "file" } }));
}

async function statusOf(
	path: string,
	home: string,
	...more: string[]
): Promise<{ code: number | null; status: Status }> {
	const { code, stdout, stderr } = await runCli(["status", path, "--json", ...more], { home });
	expect({ stderr, secret: stdout.includes("s3cr3t") }).toEqual({ stderr: "", secret: false });
	return { code, status: JSON.parse(stdout) as Status };
}

const statesOf = ({ groups }: Status) => groups.map(({ name, state }) => `${String(name)}: ${String(state)}`);

describe.concurrent("status", () => {
	test("starts nothing by itself, and says what is known", async () => {
		await using directory = openTempDir();
		const path = writeConfig(directory);
		const { code, status } = await statusOf(path, directory.path);
		expect([code, statesOf(status)]).toEqual([
			0,
			["echo: unknown", "crash: unknown", "unset: misconfigured", "off: disabled", "web: unknown", "signed: disabled"],
		]);
		expect(countStarts(directory).pids()).toEqual([]);
		expect(status.groups[4]).toEqual({
			name: "web",
			state: "unknown",
			transport: "auto",
			server: "http://127.0.0.1:9/mcp?…",
		});
		expect(status.groups[2]).toMatchObject({ error: "args[0] uses ${NO_SUCH_VARIABLE}, which is not set" });
		expect(status.tokens).toEqual({ direct: 0, behind: expect.any(Number) });
	});

	test("with --start says how long servers take, what fails, and what they cost; and knows it from then on", async () => {
		await using directory = openTempDir();
		const path = writeConfig(directory);
		const { code, status } = await statusOf(path, directory.path, "--start");
		expect([code, statesOf(status)]).toEqual([
			1,
			["echo: ready", "crash: failed", "unset: misconfigured", "off: disabled", "web: failed", "signed: disabled"],
		]);
		expect(countStarts(directory).pids()).toHaveLength(1);
		const [echo, crash] = status.groups;
		const tools = Number(echo?.["tools"]);
		const tokens = Number(echo?.["tokens"]);
		expect(echo).toMatchObject({ tools: expect.any(Number), tokens: expect.any(Number), startMs: expect.any(Number) });
		expect(crash?.["error"]).toContain("exited with code 3");
		expect(status.tokens.direct).toBe(tokens);
		expect(tools).toBeGreaterThan(0);
		expect(status.tokens.behind).toBeGreaterThan(50);

		const later = await statusOf(path, directory.path);
		expect(later.status.groups[0]).toMatchObject({
			state: "known",
			tools,
			tokens,
			readAt: expect.stringMatching(/^20\d\d-/),
			startMs: echo?.["startMs"],
		});
		expect(later.code).toBe(0);
		expect(later.status.groups[1]).toMatchObject({ state: "failed", error: crash?.["error"] });
		expect(statesOf(later.status)[4]).toBe("web: failed");
		const kept = await Array.fromAsync(new Bun.Glob("**/*.json").scan({ cwd: directory.path, dot: true }));
		const texts = await Promise.all(kept.map((name) => Bun.file(`${directory.path}/${name}`).text()));
		const withSecret = kept.filter((_, at) => texts[at]?.includes("s3cr3t"));
		expect([withSecret, kept.some((name) => name.endsWith(".runs.json"))]).toEqual([["servers.json"], true]);
	});

	test("knows what a running proxy has seen of servers: that they work, and what they have failed with before", async () => {
		await using directory = openTempDir();
		const starts = countStarts(directory);
		const shaky = fixture("fails-first-starts", { env: { ...starts.env, FAILURES: "1" } });
		const ended = fixture("dies-on-call");
		await using proxy = await startProxy({ servers: { shaky, ended } });
		const env = { DYNAMIC_MCP_CACHE_DIR: proxy.cacheDir };
		const states = async () => {
			const { stdout } = await runCli(["status", proxy.configPath, "--json"], { home: proxy.home, env });
			return (JSON.parse(stdout) as Status).groups;
		};
		await Promise.all([proxy.callTool("shaky", "pid"), proxy.callTool("ended", "die")]);
		await starts.reach(2);
		const groups = await eventually(states, (all) =>
			all.every(({ state, lastError }) => state === "known" && lastError),
		);
		expect(groups.map(({ lastError, ...group }) => [lastError, group["error"], group["startMs"]])).toEqual(
			[4, 7].map((code) => [
				{ at: expect.stringMatching(/^20\d\d-/), problem: expect.stringContaining(`exited with code ${code}`) },
				undefined,
				expect.any(Number),
			]),
		);
		const { stdout } = await runCli(["status", proxy.configPath], { home: proxy.home, env });
		expect(stdout).toMatch(/\nended: failed just now: it exited with code 7\n/);
	});

	test("in a table, says what failed the last time, and how old what it knows is", async () => {
		await using directory = openTempDir();
		const path = writeConfig(directory);
		await runCli(["tools", "echo", "--config", path], { home: directory.path });
		await runCli(["tools", "crash", "--config", path], { home: directory.path });
		const { code, stdout } = await runCli(["status", path], { home: directory.path });
		expect(code).toBe(0);
		// The one that `tools` has started works, but was asked for nothing that is kept.
		expect(stdout).toMatch(/\necho +not seen .* now\n/);
		expect(stdout).toContain(`\nIt is not known yet what 2 servers offer: dynamic-mcp status --start`);
		expect(stdout.replaceAll(/\s+/g, " ")).toContain(`explained by: dynamic-mcp doctor --config ${path} `);
		expect(stdout).toMatch(/^GROUP +STATE +SERVER +VERSION +TOOLS +TOKENS +START +AGE\n/);
		expect(stdout).toMatch(/\ncrash +failed .* now\n/);
		expect(stdout).toMatch(/\ncrash: .*exited with code 3/);
		expect(stdout).toContain("explained by: dynamic-mcp doctor");
		expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
		expect(countStarts(directory).pids()).toHaveLength(1);
	});

	test("is a table for people that fits 80 columns", async () => {
		await using directory = openTempDir();
		const path = writeConfig(directory);
		const { code, stdout } = await runCli(["status", path, "--start"], { home: directory.path });
		expect(code).toBe(1);
		expect(stdout).toMatch(/^GROUP +STATE +SERVER +VERSION +TOOLS +TOKENS +START\n/);
		expect(stdout).toMatch(/\necho +works /);
		expect(stdout).toMatch(/\noff +off /);
		expect(stdout).toContain("explained by: dynamic-mcp doctor");
		expect(stdout).toMatch(/directly loads [\d,]+ tokens at its start; behind\n?/);
		expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
		expect(stdout).not.toContain("s3cr3t");
	});
});
