/** Sign-ins in files, one each, in a folder that is its owner's alone. */
import { parseJson } from "../base/objects.ts";
import { openPrivateFolder, type PrivateFolder } from "./private-files.ts";
import { formatKept, isRecordName, type Kept, parseKept, recordName } from "./record.ts";

export interface FileStore {
	readonly folder: PrivateFolder;
	/** What is not for this resource, or no sign-in at all, counts as not there. */
	read(resource: string): Promise<Kept | undefined>;
	write(kept: Kept): Promise<void>;
	remove(resource: string): Promise<void>;
	/** Whether the keychain has, or once had, a sign-in for it: it cannot be asked for a list. */
	isInKeychain(resource: string): Promise<boolean>;
	markInKeychain(resource: string): Promise<void>;
	unmarkInKeychain(resource: string): Promise<void>;
	/** All that there is a file of, and all that the keychain has. */
	resources(): Promise<readonly string[]>;
}

const recordEnd = ".tokens.json";
/** Of a file that only says that the keychain has it. */
const markEnd = ".keychain";

/** `onProblem` is told of each file that is ignored, once. */
export function createFileStore(directory: string, onProblem: (text: string) => void): FileStore {
	const folder = openPrivateFolder({ path: directory, isOurs });
	const ignored = new Set<string>();

	async function read(resource: string): Promise<Kept | undefined> {
		return readRecord(recordName(resource) + recordEnd, resource);
	}

	async function readRecord(name: string, resource?: string): Promise<Kept | undefined> {
		const text = await folder.read(name);
		if (text === undefined) return undefined;
		const kept = parseKept(text);
		if (kept === undefined) return ignore(name, "it is no sign-in, or of a newer version");
		const { resource: found } = kept.signIn;
		// A token goes where it was given for, whatever its file is called.
		if (recordName(found) + recordEnd !== name || found !== (resource ?? found)) {
			return ignore(name, "it is for another server than its name says");
		}
		return kept;
	}

	function ignore(name: string, reason: string): undefined {
		if (!ignored.has(name)) onProblem(`the file ${folder.path}/${name} is ignored: ${reason}`);
		ignored.add(name);
	}

	async function write(kept: Kept): Promise<void> {
		await folder.write(recordName(kept.signIn.resource) + recordEnd, `${formatKept(kept)}\n`);
	}

	async function isInKeychain(resource: string): Promise<boolean> {
		return (await readMark(recordName(resource) + markEnd)) === resource;
	}

	async function readMark(name: string): Promise<string | undefined> {
		const mark = parseJson((await folder.read(name)) ?? "");
		return typeof mark === "string" && recordName(mark) + markEnd === name ? mark : undefined;
	}

	async function resources(): Promise<readonly string[]> {
		const found = new Set<string>();
		for (const name of await folder.names()) {
			const resource = name.endsWith(markEnd) ? await readMark(name) : (await readRecord(name))?.signIn.resource;
			if (resource !== undefined) found.add(resource);
		}
		return [...found].sort();
	}

	return {
		folder,
		read,
		write,
		remove: (resource) => folder.remove(recordName(resource) + recordEnd),
		isInKeychain,
		markInKeychain: (resource) => folder.write(recordName(resource) + markEnd, `${JSON.stringify(resource)}\n`),
		unmarkInKeychain: (resource) => folder.remove(recordName(resource) + markEnd),
		resources,
	};
}

function isOurs(name: string): boolean {
	const end = [recordEnd, markEnd].find((end) => name.endsWith(end));
	return end !== undefined && isRecordName(name.slice(0, -end.length));
}
