/**
 * Builds a release: an executable for each platform, packed, and their sums, in `dist/release`.
 *
 *     bun scripts/cross-compile.ts [--all] [--target <name>]… [--out <folder>]
 *
 * Without options the five main platforms; `--all` adds those of `targets.ts` that are extra. Two builds of one commit
 * are the same, byte for byte.
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { pack } from "./release/archives.ts";
import { commitTime } from "./release/build-constants.ts";
import { compile, compileReproducibly } from "./release/compile.ts";
import { thirdPartyLicenses } from "./release/licenses.ts";
import { recordStart } from "./release/record-start.ts";
import { findRuntime, sha256 } from "./release/runtimes.ts";
import { archiveName, executableName, nativeTarget, type Target, targets } from "./release/targets.ts";

const { values: options } = parseArgs({
	options: {
		all: { type: "boolean", default: false },
		target: { type: "string", multiple: true, default: [] },
		out: { type: "string", default: join(import.meta.dir, "..", "dist", "release") },
	},
});

const out = resolve(options.out);

function chosenTargets(): readonly Target[] {
	const known = targets.map(({ name }) => name);
	const unknown = options.target.find((name) => !known.includes(name));
	if (unknown !== undefined) throw new Error(`there is no target ${unknown}; there are ${known.join(", ")}`);
	if (options.target.length > 0) return targets.filter(({ name }) => options.target.includes(name));
	return targets.filter(({ isExtra }) => options.all || !isExtra);
}

/** A profile recorded on one platform serves them all: it names functions, not addresses. */
async function recordProfile(folder: string): Promise<string> {
	const target = nativeTarget();
	const outfile = join(folder, executableName(target));
	await compile({ target, outfile, runtime: await findRuntime(target) });
	return await recordStart(outfile, folder);
}

async function buildRelease(): Promise<void> {
	const chosen = chosenTargets();
	await mkdir(out, { recursive: true });
	const folder = await mkdtemp(join(out, "build-"));
	try {
		const bytecodeOrder = await recordProfile(folder);
		const licenses = await thirdPartyLicenses();
		const time = await commitTime();
		const lines: string[] = [];
		for (const target of chosen) {
			const own = await mkdtemp(join(folder, `${target.name}-`));
			const executable = join(own, executableName(target));
			await compileReproducibly({ target, outfile: executable, bytecodeOrder, runtime: await findRuntime(target) });
			const archive = await pack({ target, executable, licenses, time }, out);
			lines.push(`${await sha256(archive)}  ${archiveName(target)}\n`);
			await tell(`${basename(archive).padEnd(42)} ${megabytes(archive)} packed ${megabytes(executable)} unpacked`);
			await rm(own, { recursive: true });
		}
		await writeFile(join(folder, "SHA256SUMS"), lines.sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1)).join(""));
		await rename(join(folder, "SHA256SUMS"), join(out, "SHA256SUMS"));
	} finally {
		await rm(folder, { recursive: true });
	}
}

function nameIn(line: string): string {
	return line.slice(66);
}

function megabytes(path: string): string {
	return `${(Bun.file(path).size / 2 ** 20).toFixed(1).padStart(6)} MB`;
}

async function tell(line: string): Promise<void> {
	await Bun.write(Bun.stdout, `${line}\n`);
}

await buildRelease();
