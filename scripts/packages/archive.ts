/** Takes a release's archives apart. */
import { join } from "node:path";

import { unzipSync } from "fflate";

import { UserError } from "../../src/base/errors.ts";
import type { ReleaseFile } from "./release.ts";

/** The files of an archive by name. Throws `UserError` when it is not there or is not what `SHA256SUMS` says. */
export async function readArchive(folder: string, { archive, sha256 }: ReleaseFile): Promise<Map<string, Uint8Array>> {
	const path = join(folder, archive);
	const file = Bun.file(path);
	if (!(await file.exists())) throw new UserError(`${path} does not exist, but SHA256SUMS names it`);
	const bytes = await file.bytes();
	const found = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
	if (found !== sha256) {
		throw new UserError(`${path} has the SHA-256 sum ${found}, but SHA256SUMS says ${sha256}`, {
			hint: "Build the archive and SHA256SUMS again, together.",
		});
	}
	if (archive.endsWith(".zip")) return new Map(Object.entries(unzipSync(bytes)));
	const files = await new Bun.Archive(bytes).files();
	return new Map(
		await Promise.all(Array.from(files, async ([name, content]) => [name, await content.bytes()] as const)),
	);
}
