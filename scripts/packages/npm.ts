/**
 * The packages for npm: one with the program for each platform, and `dynamic-mcp`, which has a launcher and names the others as
 * optional dependencies. npm installs only the one that fits, and no script runs while it does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../../src/base/errors.ts";
import { archiveName, executableName, type Target } from "../release/targets.ts";
import type { Release } from "./release.ts";

export interface NpmFile {
	/** From the package's folder. */
	readonly path: string;
	readonly content: string | Uint8Array;
	readonly mode: 0o644 | 0o755;
}

/** What lies beside a program in its archive. */
const licenses = ["LICENSE", "THIRD-PARTY-LICENSES.md"] as const;

const os = { elf: "linux", "mach-o": "darwin", pe: "win32" } as const;

const cpu = { x86_64: "x64", aarch64: "arm64" } as const;

/** `@dynamic-mcp/linux-x64-musl`: as Node.js calls the platform, and as the launcher finds it. */
export function platformPackage({ format, machine, libc }: Target): string {
	return `@dynamic-mcp/${os[format]}-${cpu[machine]}${libc === "musl" ? "-musl" : ""}`;
}

/** The package with the program of one target; `archive` has the files of the target's archive. */
export function platformFiles(release: Release, target: Target, archive: ReadonlyMap<string, Uint8Array>): NpmFile[] {
	const name = platformPackage(target);
	const program = executableName(target);
	const manifest = {
		...commonFields(release, name),
		description: `The program of dynamic-mcp for ${target.name}`,
		os: [os[target.format]],
		cpu: [cpu[target.machine]],
		...(target.libc === undefined ? {} : { libc: [target.libc] }),
		files: [program, ...licenses],
		// Yarn would leave it inside of an archive, from where it cannot be run.
		preferUnplugged: true,
	};
	const readme = `# ${name}

The program of [dynamic-mcp](${release.homepage}) for ${target.name}. Install \`dynamic-mcp\` instead: it brings the right one
of these packages.
`;
	const content = (path: string) => {
		const found = archive.get(path);
		if (found !== undefined) return found;
		throw new UserError(`${archiveName(target)} does not contain ${path}`);
	};
	return [
		textFile("package.json", json(manifest)),
		textFile("README.md", readme),
		{ path: program, content: content(program), mode: 0o755 },
		...licenses.map((path) => ({ path, content: content(path), mode: 0o644 }) as const),
	];
}

/** The package that people install; `readme` and `license` are the project's own. */
export function mainFiles(release: Release, { readme, license }: { readme: string; license: string }): NpmFile[] {
	const { description, keywords, version } = release;
	const packages = release.files.map(({ target }) => platformPackage(target)).sort();
	const manifest = {
		...commonFields(release, "dynamic-mcp"),
		description,
		keywords,
		bin: { "dynamic-mcp": "launcher.cjs", dmcp: "launcher.cjs" },
		files: ["launcher.cjs"],
		engines: { node: ">=18" },
		optionalDependencies: Object.fromEntries(packages.map((name) => [name, version])),
	};
	return [
		textFile("package.json", json(manifest)),
		textFile("README.md", readme),
		textFile("LICENSE", license),
		{ path: "launcher.cjs", content: launcher(), mode: 0o755 },
	];
}

function launcher(): string {
	return readFileSync(join(import.meta.dir, "npm", "launcher.cjs"), "utf8");
}

function commonFields({ version, isPrerelease, homepage, repository, bugs, author, license }: Release, name: string) {
	return {
		name,
		version,
		homepage,
		repository,
		bugs,
		author,
		license,
		// A prerelease must not become what people get who ask for no version.
		publishConfig: { access: "public", provenance: true, ...(isPrerelease ? { tag: "next" } : {}) },
	};
}

function textFile(path: string, content: string): NpmFile {
	return { path, content, mode: 0o644 };
}

function json(value: unknown): string {
	return `${JSON.stringify(value, undefined, 2)}\n`;
}
