/** A release with a program of a few lines in its archives instead of the real one. */
import { zipSync } from "fflate";

import packageJson from "../../package.json";
import { parseRelease, type Release } from "../../scripts/packages/release.ts";
import { archiveName, executableName, type Target, targets } from "../../scripts/release/targets.ts";
import type { TempDir } from "../helpers/temp-dir.ts";

/** A sum that tells by its beginning which archive it is of. */
export function sumOf(target: Target): string {
	return `${targets.indexOf(target) + 1}`.padEnd(64, "ab");
}

/** `SHA256SUMS`, with made-up sums. */
export function sumsText(present: readonly Target[] = targets): string {
	const lines = present.map((target) => `${sumOf(target)}  ${archiveName(target)}\n`);
	return [...lines, `${"c".repeat(64)}  install.sh\n`].join("");
}

/** The release these sums and this project's `package.json`, with changes, make. */
export function madeRelease(present: readonly Target[] = targets, changes: Record<string, unknown> = {}): Release {
	return parseRelease({ ...packageJson, ...changes }, sumsText(present));
}

/** The targets that every release is built for. */
export const required = targets.filter(({ isExtra }) => isExtra !== true);

/** The files of an archive; `program` stands for the executable. */
export function archiveFiles(target: Target, program: string): Record<string, Uint8Array> {
	const texts = {
		[executableName(target)]: program,
		LICENSE: "MIT License\n",
		"README.md": "# dynamic-mcp\n",
		"THIRD-PARTY-LICENSES.md": "# Licenses\n",
	};
	return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));
}

/** Writes the archives and their sums to `release` in the directory; returns that folder. */
export async function writeRelease(directory: TempDir, present: readonly Target[], program: string): Promise<string> {
	const lines = await Promise.all(
		present.map(async (target) => {
			const files = archiveFiles(target, program);
			const bytes =
				target.format === "pe" ? zipSync(files) : await new Bun.Archive(files, { compress: "gzip" }).bytes();
			directory.write(`release/${archiveName(target)}`, bytes);
			return `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}  ${archiveName(target)}\n`;
		}),
	);
	directory.write("release/SHA256SUMS", lines.join(""));
	return `${directory.path}/release`;
}

/** Runs the script on a release; resolves with the folder it wrote. */
export function packageManagers(folder: string, out: string): string[] {
	return [process.execPath, `${import.meta.dir}/../../scripts/package-managers.ts`, "--release", folder, "--out", out];
}
