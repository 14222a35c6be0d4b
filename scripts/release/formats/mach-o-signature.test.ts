/** What Bun signs for Apple silicon runs there: our signature of the same file has to be the same. */
import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { openTempDir } from "../../../test/helpers/temp-dir.ts";
import { findRuntime } from "../runtimes.ts";
import { targets } from "../targets.ts";
import { checkSignature, signAdHoc } from "./mach-o-signature.ts";

/** What Bun compiles for macOS out of next to nothing. */
async function compileSmall(name: string): Promise<Uint8Array> {
	await using directory = openTempDir();
	const target = targets.find((target) => target.name === name)!;
	const outfile = join(directory.path, "small");
	await Bun.build({
		entrypoints: [directory.write("small.ts", "process.exit(7);")],
		compile: { target: target.bun, outfile, executablePath: await findRuntime(target) },
	});
	return await Bun.file(outfile).bytes();
}

let appleSilicon: Uint8Array;
let intel: Uint8Array;
beforeAll(async () => {
	[appleSilicon, intel] = await Promise.all([compileSmall("macos-aarch64"), compileSmall("macos-x86_64")]);
}, 60_000);

test("for Apple silicon it is what Bun makes, byte for byte", () => {
	expect(checkSignature(appleSilicon)).toMatchObject({ identifier: "a.out", isAdHoc: true });
	expect(Buffer.from(signAdHoc(appleSilicon, "a.out")).equals(appleSilicon)).toBe(true);
});

test("for Intel, where Bun leaves one that does not fit, it fits", () => {
	expect(() => checkSignature(intel)).toThrow("the Mach-O file");
	const signature = checkSignature(signAdHoc(intel, "dynamic-mcp"));
	expect(signature).toMatchObject({ identifier: "dynamic-mcp", isAdHoc: true });
	expect(signature.pages).toBeGreaterThan(20_000);
});

test("signing what is signed changes nothing", () => {
	const once = signAdHoc(intel, "dynamic-mcp");
	expect(Buffer.from(signAdHoc(once, "dynamic-mcp")).equals(once)).toBe(true);
});

test.each([
	["a page", (bytes: Uint8Array) => flip(bytes, 5 * 4096 + 17), "page 5 of the Mach-O file is not what was signed"],
	["the last page", (bytes: Uint8Array) => flip(bytes, signatureStart(bytes) - 1), "is not what was signed"],
	["a hash", (bytes: Uint8Array) => flip(bytes, bytes.length - 1), "is not what was signed"],
	["the end", (bytes: Uint8Array) => bytes.slice(0, -16), "not at the end"],
	["the start", (bytes: Uint8Array) => flip(bytes, 0), "not a 64-bit Mach-O file"],
])("a change of %s is found", (_, change, message) => {
	const changed = change(signAdHoc(intel, "dynamic-mcp"));
	expect(() => checkSignature(changed)).toThrow(message);
});

function flip(bytes: Uint8Array, at: number): Uint8Array {
	bytes[at] = (bytes[at] ?? 0) ^ 1;
	return bytes;
}

function signatureStart(bytes: Uint8Array): number {
	return Buffer.from(bytes).lastIndexOf(Buffer.from([0xfa, 0xde, 0x0c, 0xc0]));
}
