/** Reads what a Linux executable needs, out of its ELF headers (64-bit, little-endian). */
import { cString, viewOf } from "./bytes.ts";

export interface Elf {
	readonly machine: "x86_64" | "aarch64";
	/** The program that loads it. */
	readonly interpreter: string;
	/** The libraries it is linked with, in their order. */
	readonly libraries: readonly string[];
	/** The newest `GLIBC_x.y` among the versions of symbols it needs, as `x.y`; undefined when it needs none. */
	readonly glibc: string | undefined;
}

interface Segment {
	readonly type: number;
	readonly offset: number;
	readonly address: number;
	readonly size: number;
}

// The numbers' names in /usr/include/elf.h.
const machines = new Map([
	[62, "x86_64"],
	[183, "aarch64"],
] as const);
const segmentTypes = { load: 1, dynamic: 2, interpreter: 3 };
const tags = { needed: 1, strings: 5, versionsNeeded: 0x6ffffffe, versionsNeededCount: 0x6fffffff };

export function readElf(bytes: Uint8Array): Elf {
	const view = viewOf(bytes);
	if (view.getUint32(0) !== 0x7f454c46) throw new Error("not an ELF file");
	if (view.getUint16(4) !== 0x0201) throw new Error("not a 64-bit little-endian ELF file");
	const machine = machines.get(view.getUint16(18, true) as 62 | 183);
	if (machine === undefined) throw new Error(`ELF machine ${view.getUint16(18, true)} is not known`);
	const segments = readSegments(view);
	const interpreter = segments.find(({ type }) => type === segmentTypes.interpreter);
	if (interpreter === undefined) throw new Error("a static ELF file: it names no loader");
	const entries = readDynamic(view, segments);
	const strings = offsetOf(valueOf(entries, tags.strings), segments);
	const libraries = entries
		.filter(({ tag }) => tag === tags.needed)
		.map(({ value }) => cString(bytes, strings + value));
	return {
		machine,
		interpreter: cString(bytes, interpreter.offset),
		libraries,
		glibc: newest(readNeededVersions(bytes, entries, segments, strings)),
	};
}

function readSegments(view: DataView): Segment[] {
	const start = Number(view.getBigUint64(32, true));
	const size = view.getUint16(54, true);
	return Array.from({ length: view.getUint16(56, true) }, (_, index) => {
		const at = start + index * size;
		const wide = (offset: number) => Number(view.getBigUint64(at + offset, true));
		return { type: view.getUint32(at, true), offset: wide(8), address: wide(16), size: wide(32) };
	});
}

function readDynamic(view: DataView, segments: readonly Segment[]): { tag: number; value: number }[] {
	const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic);
	if (dynamic === undefined) throw new Error("an ELF file without a dynamic section");
	return Array.from({ length: dynamic.size / 16 }, (_, index) => {
		const at = dynamic.offset + index * 16;
		return { tag: Number(view.getBigUint64(at, true)), value: Number(view.getBigUint64(at + 8, true)) };
	});
}

function valueOf(entries: readonly { tag: number; value: number }[], tag: number): number {
	const entry = entries.find((entry) => entry.tag === tag);
	if (entry === undefined) throw new Error(`an ELF file without the dynamic entry ${tag}`);
	return entry.value;
}

/** Where in the file an address of the running program lies. */
function offsetOf(address: number, segments: readonly Segment[]): number {
	const segment = segments.find(
		(each) => each.type === segmentTypes.load && address >= each.address && address < each.address + each.size,
	);
	if (segment === undefined) throw new Error(`the address ${address} is in no segment of the ELF file`);
	return segment.offset + address - segment.address;
}

/** The names of all symbol versions, `GLIBC_2.17` among them: a list of libraries, each with a list of versions. */
function readNeededVersions(
	bytes: Uint8Array,
	entries: readonly { tag: number; value: number }[],
	segments: readonly Segment[],
	strings: number,
): string[] {
	if (!entries.some(({ tag }) => tag === tags.versionsNeeded)) return [];
	const view = viewOf(bytes);
	const names: string[] = [];
	let library = offsetOf(valueOf(entries, tags.versionsNeeded), segments);
	for (let left = valueOf(entries, tags.versionsNeededCount); left > 0; left--) {
		let version = library + view.getUint32(library + 8, true);
		for (let count = view.getUint16(library + 2, true); count > 0; count--) {
			names.push(cString(bytes, strings + view.getUint32(version + 8, true)));
			version += view.getUint32(version + 12, true);
		}
		library += view.getUint32(library + 12, true);
	}
	return names;
}

function newest(names: readonly string[]): string | undefined {
	const versions = names.flatMap((name) => /^GLIBC_(\d[\d.]*)$/.exec(name)?.[1] ?? []);
	return versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}
