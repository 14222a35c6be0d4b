/** Takes the program out of a release's archive, in memory. */
import { errorText, UserError } from "../base/errors.ts";

/** The archive is one whose sum has been checked. Throws `UserError` when it does not hold the file, or cannot be read. */
export async function unpack(archive: Uint8Array, file: string, url: string): Promise<Uint8Array> {
	const read = url.endsWith(".zip") ? unzipOne : untarOne;
	let found: Uint8Array | undefined;
	try {
		found = await read(archive, file);
	} catch (error) {
		const reason = errorText(error);
		throw new UserError(`cannot unpack ${url}: ${reason}`, { cause: error, hint: reportIt });
	}
	if (found !== undefined && found.length > 0) return found;
	throw new UserError(`${url} holds no program "${file}"`, { hint: reportIt });
}

const reportIt = "Nothing has been changed. Please report it: the release is broken.";

async function untarOne(archive: Uint8Array, file: string): Promise<Uint8Array | undefined> {
	const files = await new Bun.Archive(archive).files(file);
	return files.get(file)?.bytes();
}

async function unzipOne(archive: Uint8Array, file: string): Promise<Uint8Array | undefined> {
	const { unzipSync } = await import("fflate");
	return unzipSync(archive, { filter: ({ name }) => name === file })[file];
}
