/**
 * Checks a release that `cross-compile.ts` has built, and prints its sizes.
 *
 *     bun scripts/verify-release.ts [<folder>] [--tested <executable>] [--again <folder>]
 *
 * `--tested`: the executable that the tests have run must be the one in the archive for this machine, byte for byte.
 * `--again`: a second build of the same commit must be the same, byte for byte.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { checkArchive } from "./release/check-archive.ts";
import { sha256 } from "./release/runtimes.ts";
import { parseSums } from "./release/sums.ts";
import { archiveName, nativeTarget, type Target, targets } from "./release/targets.ts";

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: { tested: { type: "string" }, again: { type: "string" } },
});
const folder = positionals[0] ?? join(import.meta.dir, "..", "dist", "release");

async function readSums(folder: string): Promise<ReadonlyMap<string, string>> {
	return parseSums(await Bun.file(join(folder, "SHA256SUMS")).text());
}

async function problemsOfSums(sums: ReadonlyMap<string, string>): Promise<string[]> {
	const known = targets.map(archiveName);
	const missing = targets.filter((target) => !target.isExtra && !sums.has(archiveName(target)));
	const unknown = Array.from(sums.keys()).filter((name) => !known.includes(name));
	const wrong: string[] = [];
	for (const [name, sum] of sums) {
		if ((await sha256(join(folder, name))) !== sum) wrong.push(`${name} does not have the sum in SHA256SUMS`);
	}
	return [
		...missing.map((target) => `${archiveName(target)} is missing`),
		...unknown.map((name) => `${name} is no archive of a target`),
		...wrong,
	];
}

/** What differs from a second build. */
async function problemsOfRepeat(sums: ReadonlyMap<string, string>, again: string): Promise<string[]> {
	const others = await readSums(again);
	const different = Array.from(sums).filter(([name, sum]) => others.get(name) !== sum);
	return different.map(([name]) => `${name} is different when it is built again`);
}

async function problemsOfTested(target: Target, executable: Uint8Array): Promise<string[]> {
	if (options.tested === undefined || target.name !== nativeTarget().name) return [];
	const same = Buffer.from(executable).equals(await Bun.file(options.tested).bytes());
	return same ? [] : [`the executable for ${target.name} is not ${options.tested}, which the tests have run`];
}

async function checkTarget(target: Target): Promise<string[]> {
	try {
		const { problems, executable, summary } = await checkArchive(join(folder, archiveName(target)), target);
		await Bun.write(Bun.stdout, `${summary}\n`);
		return [...problems, ...(await problemsOfTested(target, executable))];
	} catch (error) {
		return [error instanceof Error ? error.message : String(error)];
	}
}

const sums = await readSums(folder);
const problems = await problemsOfSums(sums);
if (options.again !== undefined) problems.push(...(await problemsOfRepeat(sums, options.again)));
for (const target of targets.filter((target) => sums.has(archiveName(target)))) {
	problems.push(...(await checkTarget(target)).map((problem) => `${archiveName(target)}: ${problem}`));
}
for (const problem of problems) await Bun.write(Bun.stderr, `${problem}\n`);
if (problems.length > 0) process.exit(1);
await Bun.write(Bun.stdout, "the release is as it should be\n");
