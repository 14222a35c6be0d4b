/** Compiles `src/main.ts` into one executable. */
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { buildConstants } from "./build-constants.ts";
import type { Target } from "./targets.ts";

const project = join(import.meta.dir, "..", "..");

export interface Compilation {
	readonly target: Target;
	readonly outfile: string;
	/** Which functions a start uses, as `recordStart` found; their bytecode goes to the front. */
	readonly bytecodeOrder?: string;
	/** The Bun to embed, where it is not the one that Bun itself would fetch. */
	readonly runtime?: string;
}

/** Replaces `outfile` in one step: whoever runs it meanwhile keeps what it has. */
export async function compile({ target, outfile, bytecodeOrder, runtime }: Compilation): Promise<void> {
	const folder = await mkdtemp(join(dirname(outfile), "compile-"));
	// The executable's name is written into it, so it is the same for every build.
	const built = join(folder, basename(outfile));
	try {
		await Bun.build({
			entrypoints: [join(project, "src", "main.ts")],
			target: "bun",
			format: "esm",
			minify: true,
			// Embedded in the binary; the files that are written as well stay behind in the folder.
			sourcemap: "linked",
			bytecode: true,
			// Commands that are not run are not even loaded.
			splitting: true,
			define: await buildConstants(target),
			compile: {
				target: target.bun,
				outfile: built,
				...(runtime === undefined ? {} : { executablePath: runtime }),
				// A proxy that fills in ${VAR} and starts programs must not take either from the folder it is started in.
				autoloadDotenv: false,
				autoloadBunfig: false,
				// The start runs everything once: compiling it would only delay it. `compose.ts` goes back to the normal policy.
				jitPolicy: 8,
				...(bytecodeOrder === undefined ? {} : { bytecodeOrder }),
			},
		});
		await rename(built, outfile);
	} finally {
		await rm(folder, { recursive: true });
	}
}
