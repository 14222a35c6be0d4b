/** Checks an executable of a release as far as a machine can that cannot run it. */
import { readElf } from "./formats/elf.ts";
import { checkSignature } from "./formats/mach-o-signature.ts";
import { readMachO } from "./formats/mach-o.ts";
import { hasProperty, readPe } from "./formats/pe.ts";
import type { Target } from "./targets.ts";
import { properties, readIcon } from "./windows/resources.ts";

/** What the installers ask of a system; docs/install.md tells it. */
const newestGlibc = "2.17";
const oldestMacOs = "13.0";
/** A library more would be one that users have to install. */
const libraries = {
	glibc: /^(ld-linux-[\w-]+|libc|libdl|libm|libpthread)\.so\.\d+$/,
	musl: /^(libc\.musl-\w+|libstdc\+\+)\.so\.\d+$/,
};

/** What is wrong with it, a line each; nothing when all is well. Throws when it cannot be read as its target's format. */
export async function problemsOf(bytes: Uint8Array, target: Target): Promise<string[]> {
	switch (target.format) {
		case "elf":
			return elfProblems(bytes, target);
		case "mach-o":
			return machOProblems(bytes, target);
		case "pe":
			return await peProblems(bytes, target);
		default:
			return target.format satisfies never;
	}
}

function elfProblems(bytes: Uint8Array, target: Target): string[] {
	const elf = readElf(bytes);
	const libc = target.libc ?? "glibc";
	const loader = libc === "musl" ? "/ld-musl-" : "/ld-linux-";
	const unexpected = elf.libraries.filter((name) => !libraries[libc].test(name));
	return [
		...differs("machine", elf.machine, target.machine),
		...(elf.interpreter.includes(loader) ? [] : [`its loader is ${elf.interpreter}, not one of ${libc}`]),
		...(unexpected.length === 0 ? [] : [`it needs ${unexpected.join(", ")}`]),
		...(elf.glibc === undefined || !isNewer(elf.glibc, newestGlibc) ? [] : [`it needs glibc ${elf.glibc}`]),
	];
}

function machOProblems(bytes: Uint8Array, target: Target): string[] {
	const { machine, minimumOs } = readMachO(bytes);
	const { identifier, isAdHoc } = checkSignature(bytes);
	return [
		...differs("machine", machine, target.machine),
		...differs("signature's identifier", identifier, "dynamic-mcp"),
		...(isAdHoc ? [] : ["its signature is not ad hoc"]),
		...(isNewer(minimumOs, oldestMacOs) ? [`it needs macOS ${minimumOs}`] : []),
	];
}

async function peProblems(bytes: Uint8Array, target: Target): Promise<string[]> {
	const { machine, subsystem, resources } = readPe(bytes);
	const wrong = Object.entries(properties).filter(([name, value]) => !hasProperty(resources, name, value));
	const lastImage = Buffer.from(await readIcon()).subarray(-256);
	return [
		...differs("machine", machine, target.machine),
		...differs("subsystem", subsystem, "console"),
		...wrong.map(([name, value]) => `its ${name} is not ${JSON.stringify(value)}`),
		...(Buffer.from(resources).includes(lastImage) ? [] : ["it does not have the icon"]),
	];
}

function differs(what: string, found: string, wanted: string): string[] {
	return found === wanted ? [] : [`its ${what} is ${found}, not ${wanted}`];
}

function isNewer(version: string, than: string): boolean {
	return version.localeCompare(than, "en", { numeric: true }) > 0;
}
