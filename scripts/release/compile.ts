/** Compiles `src/main.ts` into one executable, with what its platform wants to see in it. */
import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildConstants } from "./build-constants.ts";
import { checkSignature, signAdHoc } from "./formats/mach-o-signature.ts";
import { sha256 } from "./runtimes.ts";
import { executableName, type Target } from "./targets.ts";
import { withOurResources } from "./windows/resources.ts";

const project = join(import.meta.dir, "..", "..");

export interface Compilation {
	readonly target: Target;
	readonly outfile: string;
	/** Which functions a start uses, as `recordStart` found; their bytecode goes to the front. */
	readonly bytecodeOrder?: string;
	/** The Bun to embed; without it the one that runs this. */
	readonly runtime?: string;
}

/** Replaces `outfile` in one step: whoever runs it meanwhile keeps what it has. */
export async function compile({
	target,
	outfile,
	bytecodeOrder,
	runtime = process.execPath,
}: Compilation): Promise<void> {
	const folder = await mkdtemp(join(dirname(outfile), "compile-"));
	// The executable's name is written into it, so it is the same for every build.
	const built = join(folder, executableName(target));
	try {
		const executablePath = target.format === "pe" ? await writeOurRuntime(runtime, folder) : runtime;
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
				executablePath,
				// A proxy that fills in ${VAR} and starts programs must not take either from the folder it is started in.
				autoloadDotenv: false,
				autoloadBunfig: false,
				// The start runs everything once: compiling it would only delay it. `definitions.ts` goes back to the normal policy.
				jitPolicy: 8,
				...(bytecodeOrder === undefined ? {} : { bytecodeOrder }),
			},
		});
		if (target.format === "mach-o") await sign(built);
		await rename(built, outfile);
	} finally {
		await rm(folder, { recursive: true });
	}
}

const maxAttempts = 9;
const wantedTimes = 3;

/**
 * The same result every time: about one compilation in forty comes out with its parts in another order, on a busy machine
 * also twice in a row, so the one that comes out three times is taken.
 */
export async function compileReproducibly(compilation: Compilation): Promise<void> {
	const seen = new Map<string, number>();
	for (let attempt = 0; attempt < maxAttempts; attempt++) {
		await compile(compilation);
		const sum = await sha256(compilation.outfile);
		const times = (seen.get(sum) ?? 0) + 1;
		if (times === wantedTimes) return;
		seen.set(sum, times);
	}
	throw new Error(`no ${wantedTimes} of ${maxAttempts} compilations for ${compilation.target.name} were the same`);
}

async function writeOurRuntime(runtime: string, folder: string): Promise<string> {
	const path = join(folder, "runtime.exe");
	await writeFile(path, await withOurResources(await Bun.file(runtime).arrayBuffer()));
	return path;
}

async function sign(path: string): Promise<void> {
	const signed = signAdHoc(await Bun.file(path).bytes(), "dynamic-mcp");
	checkSignature(signed);
	// A signed program that is changed where it lies is killed: the file is made anew.
	await rm(path);
	await writeFile(path, signed);
	await chmod(path, 0o755);
}
