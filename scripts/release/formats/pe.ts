/** Reads the headers and the resources of a Windows executable (PE32+). */
import { viewOf } from "./bytes.ts";

export interface Pe {
	readonly machine: "x86_64" | "aarch64";
	/** `console` programs have stdin and stdout, which the protocol needs. */
	readonly subsystem: "console" | "windows";
	/** The bytes of the section that icon and version are in. */
	readonly resources: Uint8Array;
}

// The numbers are those of Microsoft's "PE Format".
const machines = new Map([
	[0x8664, "x86_64"],
	[0xaa64, "aarch64"],
] as const);
const subsystems = new Map([
	[2, "windows"],
	[3, "console"],
] as const);
const peSignature = 0x00004550;
const optionalHeaderMagic = 0x20b;

export function readPe(bytes: Uint8Array): Pe {
	const view = viewOf(bytes);
	if (bytes.length < 64 || view.getUint16(0, true) !== 0x5a4d) throw new Error("not a PE file");
	const header = view.getUint32(60, true);
	if (view.getUint32(header, true) !== peSignature) throw new Error("not a PE file");
	if (view.getUint16(header + 24, true) !== optionalHeaderMagic) throw new Error("not a 64-bit PE file");
	const machine = machines.get(view.getUint16(header + 4, true) as 0x8664 | 0xaa64);
	if (machine === undefined) throw new Error(`PE machine ${view.getUint16(header + 4, true)} is not known`);
	const subsystem = subsystems.get(view.getUint16(header + 24 + 68, true) as 2 | 3);
	if (subsystem === undefined) throw new Error("the PE file is neither for the console nor for windows");
	return { machine, subsystem, resources: sectionNamed(".rsrc", bytes, header) };
}

function sectionNamed(wanted: string, bytes: Uint8Array, header: number): Uint8Array {
	const view = viewOf(bytes);
	const table = header + 24 + view.getUint16(header + 20, true);
	for (let index = 0; index < view.getUint16(header + 6, true); index++) {
		const at = table + index * 40;
		const name = new TextDecoder().decode(bytes.subarray(at, at + 8)).replace(/\0+$/, "");
		const start = view.getUint32(at + 20, true);
		if (name === wanted) return bytes.subarray(start, start + view.getUint32(at + 16, true));
	}
	throw new Error(`the PE file has no section ${wanted}`);
}

/** True when the resources say `name` is `value`, as a string of the version information. */
export function hasProperty(resources: Uint8Array, name: string, value: string): boolean {
	const found = Buffer.from(resources.buffer, resources.byteOffset, resources.byteLength);
	const at = found.indexOf(Buffer.from(`${name}\0`, "utf16le"));
	if (at === -1) return false;
	// The value begins at a multiple of four bytes: there is a second zero where the name ends off one.
	const text = found.subarray(at + (name.length + 1) * 2).toString("utf16le", 0, (value.length + 2) * 2);
	return text.replace(/^\0/, "").startsWith(`${value}\0`);
}
