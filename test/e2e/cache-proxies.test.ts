/** Two clients start and kill proxies that share one cache directory: no start ever fails because of it. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";

import { createRandom } from "../fixtures/store-worker.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { printConfig } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const startsPerClient = 100;
const seed = Number(process.env["TEST_SEED"] ?? Date.now() % 1_000_000);

/** Long enough to come anywhere between the start of the program and the end of the writing of its cache. */
const longestLifeMs = 60;

interface Client {
	readonly command: readonly string[];
	readonly env: Record<string, string>;
	readonly random: (limit: number) => number;
}

/** Asks a fresh proxy for the tools of the group; it is killed at a random moment unless it may live. */
async function startOnce({ command, env, random }: Client, isKilled: boolean): Promise<string> {
	const proxy = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "ignore", env });
	const params = { name: "get_dynamic_tools", arguments: { group: "echo" } };
	void proxy.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`);
	void proxy.stdin.flush();
	if (isKilled) {
		await Bun.sleep(random(longestLifeMs));
		proxy.kill("SIGKILL");
		await proxy.exited;
		return "killed";
	}
	let answer = "";
	const decoder = new TextDecoder();
	for await (const chunk of proxy.stdout) {
		answer += decoder.decode(chunk, { stream: true });
		if (answer.includes("\n")) await proxy.stdin.end();
	}
	const ending = `exit code ${await proxy.exited}`;
	return answer.includes("echo(") && ending === "exit code 0" ? "fine" : `${ending}: ${answer}`;
}

async function startMany(client: Client): Promise<string[]> {
	const outcomes: string[] = [];
	for (let start = 1; start <= startsPerClient; start++) outcomes.push(await startOnce(client, start % 4 !== 0));
	return outcomes;
}

test(`${2 * startsPerClient} starts of two clients, most of them killed (TEST_SEED=${seed})`, async () => {
	await using directory = openTempDir();
	const cache = `${directory.path}/cache`;
	const config = `${directory.path}/config.json`;
	await Bun.write(config, printConfig({ echo: fixture("echo") }));
	const client = (number: number): Client => ({
		command: [binaryPath(), config],
		env: cleanEnvironment(directory.path, { DYNAMIC_MCP_CACHE_DIR: cache }),
		random: createRandom(seed + number),
	});
	const outcomes = (await Promise.all([startMany(client(1)), startMany(client(2))])).flat();
	const entries = readdirSync(`${cache}/catalogs`).filter((name) => /^[^.]+\.json$/.test(name));
	const offers = await Promise.all(entries.map((name) => Bun.file(`${cache}/catalogs/${name}`).json()));
	expect([new Set(outcomes), offers.length]).toEqual([new Set(["killed", "fine"]), 1]);
}, 60_000);
