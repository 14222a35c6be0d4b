/** Processes that share one directory of catalogs, and are killed at any moment, never harm one another. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";

import { createCatalogStore } from "../../src/catalog/store.ts";
import { createRandom, isSealed, sealedOffer } from "../fixtures/store-worker.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const lanes = 8;
const startsPerLane = 25;
const seed = Number(process.env["TEST_SEED"] ?? Date.now() % 1_000_000);

const fingerprintOf = (name: string) => new Bun.CryptoHasher("sha256").update(name).digest("hex");
const shared = [fingerprintOf("shared"), fingerprintOf("shared too")];
const own = Array.from({ length: lanes }, (_, lane) => fingerprintOf(`lane ${lane}`));
const all = [...shared, ...own];

interface Start {
	readonly worker: string;
	readonly args: readonly string[];
	/** Counted from the moment it begins to work; undefined lets it come to its end. */
	readonly killAfterMs: number | undefined;
}

/** What the worker said that it should not have, and how it ended if not as it should have. */
async function run({ worker, args, killAfterMs }: Start): Promise<string[]> {
	const child = Bun.spawn([process.execPath, worker, ...args], { stderr: "pipe" });
	const stderr = child.stderr.text();
	const decoder = new TextDecoder();
	let said = "";
	for await (const chunk of child.stdout) {
		const isFirst = said === "";
		said += decoder.decode(chunk, { stream: true });
		if (!isFirst || killAfterMs === undefined) continue;
		await Bun.sleep(killAfterMs);
		child.kill("SIGKILL");
	}
	await child.exited;
	const ending = `${child.signalCode ?? child.exitCode}`;
	const isAsItShould = ending === "0" || (ending === "SIGKILL" && killAfterMs !== undefined);
	const lines = `${said}${await stderr}`.split("\n").filter((line) => line !== "" && line !== "ready");
	return isAsItShould ? lines : [...lines, `it ended with ${ending}`];
}

/** One file, so that a start is mostly work. */
async function buildWorker(outdir: string): Promise<string> {
	const entrypoints = [`${import.meta.dir}/../fixtures/store-worker.ts`];
	const { outputs } = await Bun.build({ entrypoints, outdir, target: "bun" });
	return outputs[0]?.path ?? "";
}

const starts = `${lanes * startsPerLane} starts, most of them killed (TEST_SEED=${seed})`;

test(`${starts}, lose nothing, damage nothing and leave nothing`, async () => {
	await using directory = openTempDir();
	const worker = await buildWorker(`${directory.path}/worker`);
	const cache = `${directory.path}/cache`;
	const store = createCatalogStore({ directory: cache });
	for (const fingerprint of all) await store.write(fingerprint, sealedOffer(fingerprint, 1));

	async function runLane(mine: string, lane: number): Promise<string[]> {
		const random = createRandom(seed + lane);
		const problems: string[] = [];
		for (let start = 0; start < startsPerLane; start++) {
			const args = [cache, String(random(2 ** 32)), "5", ...shared, mine];
			problems.push(...(await run({ worker, args, killAfterMs: random(4) === 0 ? undefined : random(20) })));
		}
		return problems;
	}
	const problems = (await Promise.all(own.map(runLane))).flat();
	expect({ seed, problems }).toEqual({ seed, problems: [] });

	const later = createCatalogStore({ directory: cache, now: () => Date.now() + 2 * 60 * 60 * 1000 });
	const leftBehind = readdirSync(`${cache}/catalogs`).filter((name) => name.endsWith(".tmp"));
	await later.prune();
	const sealed = await Promise.all(all.map(async (each) => isSealed(await later.read(each), each)));
	expect({ seed, sealed, names: readdirSync(`${cache}/catalogs`).sort() }).toEqual({
		seed,
		sealed: all.map(() => true),
		names: all.flatMap((each) => [`${each}.json`, `${each}.summary.json`]).sort(),
	});
	// Else no kill has met a write, and nothing was shown.
	expect(leftBehind).not.toBeEmpty();
}, 30_000);
