/** Which packages end up in the executable, as the bundler itself tells. */
import { join } from "node:path";

const project = join(import.meta.dir, "..", "..");

export interface Package {
	readonly name: string;
	readonly version: string;
	/** As an SPDX expression. */
	readonly license: string;
}

/** Sorted by name. Most of what is installed is not among them. */
export async function bundledPackages(): Promise<Package[]> {
	const { metafile } = await Bun.build({
		entrypoints: [join(project, "src", "main.ts")],
		target: "bun",
		splitting: true,
		metafile: true,
	});
	if (metafile === undefined) throw new Error("the bundler does not tell what it has bundled");
	const names = Object.keys(metafile.inputs).flatMap((path) => packageOf(path) ?? []);
	return await Promise.all(Array.from(new Set(names)).sort().map(readPackage));
}

/** `@scope/name` of the innermost package that a path is in. */
function packageOf(path: string): string | undefined {
	return /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(path)?.[1]?.replace("\\", "/");
}

async function readPackage(name: string): Promise<Package> {
	const file = join(project, "node_modules", name, "package.json");
	const { version, license } = (await Bun.file(file).json()) as Partial<Package>;
	if (version === undefined || license === undefined) throw new Error(`${file} has no version or no licence`);
	return { name, version, license };
}
