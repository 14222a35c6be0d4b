/** Checks one archive of a release: its files, their modes, the executable, and how big it has become. */
import * as tar from "tar";

import { unpack } from "../../src/upgrade/unpack.ts";
import { buildConstants } from "./build-constants.ts";
import { problemsOf } from "./check-executable.ts";
import { listZip } from "./formats/zip.ts";
import sizes from "./sizes.json";
import { archiveName, executableName, type Target } from "./targets.ts";

/** An executable that grows by more than this, as a factor, does so on purpose: `sizes.json` is changed with it. */
const allowedGrowth = 1.05;

export interface CheckedArchive {
	readonly problems: readonly string[];
	readonly executable: Uint8Array;
	/** A line for people: name, sizes, and what they were when `sizes.json` was written. */
	readonly summary: string;
}

interface Entry {
	readonly name: string;
	readonly mode: number;
}

export async function checkArchive(path: string, target: Target): Promise<CheckedArchive> {
	const bytes = await Bun.file(path).bytes();
	const entries = target.format === "pe" ? listZip(bytes) : await listTar(path);
	const wanted = [
		{ name: executableName(target), mode: 0o755 },
		...["LICENSE", "README.md", "THIRD-PARTY-LICENSES.md"].map((name) => ({ name, mode: 0o644 })),
	];
	const contents = Bun.deepEquals(entries, wanted) ? [] : [`it contains ${describe(entries)}, not ${describe(wanted)}`];
	const executable = await unpack(bytes, executableName(target), archiveName(target));
	const size = { packed: bytes.length, unpacked: executable.length };
	return {
		problems: [
			...contents,
			...(await problemsOf(executable, target)),
			...(await buildProblems(executable, target)),
			...sizeProblems(size, target),
		],
		executable,
		summary: describeSize(size, target),
	};
}

async function listTar(file: string): Promise<Entry[]> {
	const entries: Entry[] = [];
	await tar.list({ file, strict: true, onReadEntry: ({ path, mode = 0 }) => void entries.push({ name: path, mode }) });
	return entries;
}

function describe(entries: readonly Entry[]): string {
	return entries.map(({ name, mode }) => `${name} (${mode.toString(8)})`).join(", ");
}

/** What `--version` will print must be in it: it is how the installers know that they have the right one. */
async function buildProblems(executable: Uint8Array, target: Target): Promise<string[]> {
	const text = Buffer.from(executable.buffer, executable.byteOffset, executable.byteLength);
	const constants = Object.entries(await buildConstants(target));
	return constants.filter(([, value]) => !text.includes(value)).map(([name, value]) => `its ${name} is not ${value}`);
}

interface Size {
	readonly packed: number;
	readonly unpacked: number;
}

function recordedSize(target: Target): Size | undefined {
	return (sizes as Readonly<Record<string, Size>>)[target.name];
}

function sizeProblems(size: Size, target: Target): string[] {
	const recorded = recordedSize(target);
	if (recorded === undefined) return target.isExtra ? [] : [`scripts/release/sizes.json does not know ${target.name}`];
	const keys = ["packed", "unpacked"] as const;
	return keys
		.filter((key) => megabytes(size[key]) > recorded[key] * allowedGrowth)
		.map(
			(key) =>
				`${megabytes(size[key])} MB ${key}: it was ${recorded[key]}; if it has to be, write it into scripts/release/sizes.json`,
		);
}

function describeSize(size: Size, target: Target): string {
	const recorded = recordedSize(target);
	const before = recorded === undefined ? "" : ` (recorded: ${recorded.packed} and ${recorded.unpacked})`;
	const [packed, unpacked] = [size.packed, size.unpacked].map((bytes) => megabytes(bytes).toFixed(1).padStart(6));
	return `${target.name.padEnd(20)} ${packed} MB packed ${unpacked} MB unpacked${before}`;
}

function megabytes(bytes: number): number {
	return Math.round((bytes / 2 ** 20) * 10) / 10;
}
