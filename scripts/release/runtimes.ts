/**
 * The Bun executables that releases are made of.
 *
 * Bun fetches the ones for other platforms by itself and takes what it gets; a release takes only those whose sums are
 * in `targets.ts`.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { nativeTarget, type Target } from "./targets.ts";

/** The path of the checked Bun for a target; fetches it where it is not there yet. Not to be changed by the caller. */
export async function findRuntime(target: Target): Promise<string> {
	const path = target.name === nativeTarget().name ? process.execPath : await fetchRuntime(target);
	const sum = await sha256(path);
	if (sum === target.runtimeSha256) return path;
	throw new Error(
		`the Bun ${Bun.version} for ${target.name} at ${path} has the SHA-256 ${sum}, not ${target.runtimeSha256}: if this is a new version of Bun, check it and put its sum into scripts/release/targets.ts; otherwise delete the file`,
	);
}

/** Lower-case hex. */
export async function sha256(path: string): Promise<string> {
	const hash = new Bun.CryptoHasher("sha256");
	for await (const chunk of Bun.file(path).stream()) hash.update(chunk);
	return hash.digest("hex");
}

async function fetchRuntime(target: Target): Promise<string> {
	const cache = (await Bun.$`${process.execPath} pm cache`.text()).trim();
	const name = target.bun.replace("arm64", "aarch64");
	const path = join(cache, `${name}-v${Bun.version}`);
	// Bun has no command that only fetches; compiling something does it.
	if (!(await Bun.file(path).exists())) await compileNothing(target);
	return path;
}

async function compileNothing(target: Target): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "dynamic-mcp-runtime-"));
	try {
		await writeFile(join(folder, "nothing.ts"), "");
		const compile = { target: target.bun, outfile: join(folder, "nothing") };
		await Bun.build({ entrypoints: [join(folder, "nothing.ts")], compile });
	} finally {
		await rm(folder, { recursive: true });
	}
}
