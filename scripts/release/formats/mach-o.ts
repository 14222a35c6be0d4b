/** Reads the headers of a macOS executable (64-bit Mach-O, little-endian). */
import { viewOf } from "./bytes.ts";

export interface MachO {
	readonly machine: "x86_64" | "aarch64";
	/** The oldest macOS it runs on: `13.0`. */
	readonly minimumOs: string;
	readonly segments: readonly Segment[];
	/** Where the load command of the code signature is in the file. */
	readonly signatureCommand: number;
	/** The bytes that the load command says are the code signature. */
	readonly signature: { readonly offset: number; readonly size: number };
}

export interface Segment {
	readonly name: string;
	/** Where its load command is in the file. */
	readonly command: number;
	readonly offset: number;
	readonly size: number;
}

// The numbers' names in <mach-o/loader.h>.
const magic = 0xfeedfacf;
const cpuTypes = new Map([
	[0x01000007, "x86_64"],
	[0x0100000c, "aarch64"],
] as const);
const commands = { segment: 0x19, codeSignature: 0x1d, buildVersion: 0x32, versionMin: 0x24 };

/** Throws when it is no such file, or says nothing of a signature, which macOS wants on every program. */
export function readMachO(bytes: Uint8Array): MachO {
	const view = viewOf(bytes);
	if (view.getUint32(0, true) !== magic) throw new Error("not a 64-bit Mach-O file");
	const machine = cpuTypes.get(view.getUint32(4, true) as 0x01000007 | 0x0100000c);
	if (machine === undefined) throw new Error(`Mach-O CPU type ${view.getUint32(4, true)} is not known`);
	const found = readCommands(view);
	const signatureCommand = found.find(({ kind }) => kind === commands.codeSignature)?.at;
	if (signatureCommand === undefined) throw new Error("the Mach-O file has no code signature");
	const offset = view.getUint32(signatureCommand + 8, true);
	const size = view.getUint32(signatureCommand + 12, true);
	if (offset + size !== bytes.length) throw new Error("the code signature is not at the end of the Mach-O file");
	const segments = found.filter(({ kind }) => kind === commands.segment).map(({ at }) => readSegment(bytes, at));
	const outside = segments.find((segment) => segment.offset + segment.size > bytes.length);
	if (outside !== undefined) throw new Error(`the segment ${outside.name} is not whole in the Mach-O file`);
	return { machine, minimumOs: readMinimumOs(view, found), segments, signatureCommand, signature: { offset, size } };
}

interface Command {
	readonly kind: number;
	readonly at: number;
}

function readCommands(view: DataView): Command[] {
	const found: Command[] = [];
	let at = 32;
	for (let left = view.getUint32(16, true); left > 0; left--) {
		found.push({ kind: view.getUint32(at, true), at });
		at += view.getUint32(at + 4, true);
	}
	return found;
}

function readSegment(bytes: Uint8Array, command: number): Segment {
	const view = viewOf(bytes);
	const name = new TextDecoder().decode(bytes.subarray(command + 8, command + 24)).replace(/\0+$/, "");
	const wide = (at: number) => Number(view.getBigUint64(command + at, true));
	return { name, command, offset: wide(40), size: wide(48) };
}

function readMinimumOs(view: DataView, found: readonly Command[]): string {
	const at = (kind: number, field: number) => {
		const command = found.find((each) => each.kind === kind);
		return command === undefined ? undefined : view.getUint32(command.at + field, true);
	};
	const version = at(commands.buildVersion, 12) ?? at(commands.versionMin, 8);
	if (version === undefined) throw new Error("the Mach-O file names no version of macOS");
	return `${version >>> 16}.${(version >>> 8) & 0xff}`;
}
