/**
 * Builds `dist/dynamic-mcp` for this machine, twice: the first binary is run the way clients start it, to record
 * which functions a start uses; the second has their bytecode together at its front, and starts faster.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { compile, compileReproducibly } from "./release/compile.ts";
import { recordStart } from "./release/record-start.ts";
import { executableName, nativeTarget } from "./release/targets.ts";

const target = nativeTarget();
const dist = join(import.meta.dir, "..", "dist");
await mkdir(dist, { recursive: true });
const folder = await mkdtemp(join(dist, "build-"));
const binary = join(dist, executableName(target));
try {
	const first = join(folder, executableName(target));
	await compile({ target, outfile: first });
	await compileReproducibly({ target, outfile: binary, bytecodeOrder: await recordStart(first, folder) });
} finally {
	await rm(folder, { recursive: true });
}
await Bun.write(Bun.stdout, `built ${binary} (${(Bun.file(binary).size / 2 ** 20).toFixed(1)} MB)\n`);
