/** What connecting a client changes in its file. Reads, and writes nothing. */
import { UserError } from "../../base/errors.ts";
import { valueAt } from "../../base/objects.ts";
import { parseDocument } from "../../clients/document.ts";
import { removeEntry, setEntry } from "../../clients/edit/edit.ts";
import { entryIn } from "../../clients/edit/expected.ts";
import { isCurrent, ourEntry, ourName, ourNamesIn, ownFileStart, ownPlace, renewed } from "../../clients/our-entry.ts";
import type { Client, Machine, OurProgram, Place, ReadServer, Scope } from "../../clients/types.ts";
import { checkWritable, type ClientFile, readClientFile } from "../client-file.ts";
import { lookAround } from "../import/look-around.ts";
import { isOthers } from "./places.ts";

export type ImportedServer = Extract<ReadServer, { kind: "imported" }>;

export interface ConnectOptions {
	readonly machine: Machine;
	/** Undefined: for all projects, where the client has such a file. */
	readonly scope: Scope | undefined;
	readonly program: OurProgram;
	/** Which of the client's servers are to be taken out: those that we have. */
	readonly isReplaced: (server: ImportedServer) => boolean;
}

export type ConnectPlan =
	| {
			readonly kind: "connected";
			readonly client: Client;
			readonly place: Place;
			readonly file: ClientFile;
			readonly name: string;
	  }
	| ConnectChange;

export interface ConnectChange {
	readonly kind: "change";
	readonly client: Client;
	readonly place: Place;
	readonly file: ClientFile;
	/** What the file is to be. */
	readonly text: string;
	/** Of our entry. */
	readonly name: string;
	readonly keys: readonly string[];
	/** How many of the keys are there already. */
	readonly kept: number;
	readonly replaced: readonly string[];
	/** Other files of the client with servers that could be taken out, too: we change one file only. */
	readonly elsewhere: readonly { readonly path: string; readonly names: readonly string[] }[];
	/** It was there, and started another program, or with other arguments. */
	readonly isRenewed: boolean;
	/** The text's document before, undefined without one. */
	readonly document: unknown;
}

/** A client's file, and the document in it. */
export interface OpenedFile {
	readonly file: ClientFile;
	readonly document: unknown;
	readonly keys: readonly string[];
	/** What is below the keys. */
	readonly servers: unknown;
}

/** Throws `UserError` for a file that cannot be read, or that has not the shape that the client wants. */
export async function openPlace(client: Client, place: Place, machine: Machine): Promise<OpenedFile> {
	const found = await readClientFile(place.path);
	// What is in a project is for everybody who works on it.
	const file = found.text === undefined && place.scope === "project" ? { ...found, mode: 0o644 } : found;
	const parsed = parseDocument(file.text ?? "", place.format);
	if ("problem" in parsed) {
		throw new UserError(`${place.path}:${parsed.problem}`, { hint: "Nothing has been written. Mend the file first." });
	}
	const document = parsed.value;
	// For its shape.
	within(place.path, () => client.read(document, place, machine));
	const keys = client.keys(document, place);
	return { file, document, keys, servers: valueAt(document, keys) };
}

/** Those that we may write to, the one that counts most first. */
export function writablePlaces(client: Client, machine: Machine, scope: Scope | undefined): readonly Place[] {
	const all = client.places(machine);
	const own = all.flatMap((place) => ownPlace(client.id, place) ?? []);
	const shared = all.filter(({ isReadOnly, isPattern }) => !isReadOnly && !isPattern);
	return [...own, ...shared].filter((place) => scope === undefined || place.scope === scope);
}

/** Throws `UserError` where it cannot be done. */
export async function planConnect(client: Client, options: ConnectOptions): Promise<ConnectPlan> {
	const { machine, program, isReplaced } = options;
	const place = await choosePlace(client, machine, options.scope);
	const { file, document, keys, servers } = await openPlace(client, place, machine);
	const name = ourNamesIn(servers)[0] ?? ourName;
	const existing = entryIn(document, keys, name);
	const wanted = ourEntry(client.id, program, keys);
	const isThere = existing !== undefined;
	const isRight = isCurrent(existing, wanted);
	const replaced = client
		.read(document, place, machine)
		.filter((server): server is ImportedServer => server.kind === "imported" && isReplaced(server))
		.map((server) => server.name)
		// Some clients read servers from elsewhere in the file, too, or without a name.
		.filter((each) => entryIn(document, keys, each) !== undefined);
	if (isRight && replaced.length === 0) return { kind: "connected", client, place, file, name };
	const kept = keys.findIndex((_, index) => valueAt(document, keys.slice(0, index + 1)) === undefined);
	const explained = <T>(edit: () => T): T => within(place.path, edit);
	const rest = replaced.reduce(
		(text, each) => (text === undefined ? text : explained(() => removeEntry(text, place.format, keys, each))),
		file.text,
	);
	const start = rest ?? (isOwn(place) ? ownFileStart : undefined);
	const entry = renewed(existing, wanted);
	const text = isRight ? (rest ?? "") : explained(() => setEntry(start, place.format, keys, name, entry));
	await checkWritable(file);
	return {
		kind: "change",
		client,
		place,
		file,
		text,
		name,
		keys,
		kept: kept === -1 ? keys.length : kept,
		replaced,
		elsewhere: await findElsewhere(client, place, options),
		isRenewed: isThere && !isRight,
		document,
	};
}

async function findElsewhere(
	client: Client,
	chosen: Place,
	{ machine, isReplaced }: ConnectOptions,
): Promise<ConnectChange["elsewhere"]> {
	const looked = await lookAround([client], ["global"], machine);
	const others = looked.filter(({ place }) => place.path !== chosen.path && !isOthers(client, place, machine));
	return others.flatMap((sighting) => {
		const servers = "servers" in sighting ? sighting.servers : [];
		const ours = servers.filter((server) => server.kind === "imported" && isReplaced(server));
		return ours.length === 0 ? [] : { path: sighting.place.path, names: ours.map(({ name }) => name) };
	});
}

/** Where we are already, else the file that is there, else the first that can be made. */
async function choosePlace(client: Client, machine: Machine, scope: Scope | undefined): Promise<Place> {
	const places = writablePlaces(client, machine, scope ?? "global");
	// What is one person's alone (Claude Code's local scope) is not what is meant by a project's file.
	const usual = places.filter(({ keys }) => keys === undefined);
	const [first] = usual;
	if (first === undefined) {
		const other =
			scope === "project" ? "no file for a single project" : "no file for all projects that could be written";
		const hint = scope === "project" ? "Leave out --project." : "Use --project to write the one of this project.";
		throw new UserError(`${client.title} has ${other}`, { hint });
	}
	const existing: Place[] = [];
	for (const place of places) {
		const found = await Bun.file(place.path)
			.stat()
			.catch(() => undefined);
		if (found !== undefined) existing.push(place);
	}
	for (const place of existing.length > 1 || isOwn(first) ? existing : []) {
		// A file that cannot be read is none that we are in; it is complained about when it is the one that counts.
		const opened = await openPlace(client, place, machine).catch(() => undefined);
		if (opened !== undefined && ourNamesIn(opened.servers).length > 0) return place;
	}
	return isOwn(first) ? first : (existing.find((place) => usual.includes(place)) ?? first);
}

function isOwn({ path }: Place): boolean {
	return path.endsWith(`${ourName}.yaml`);
}

/** What goes wrong with a text says in which file, where it does not say so already. */
export function within<T>(path: string, edit: () => T): T {
	try {
		return edit();
	} catch (error) {
		if (!(error instanceof UserError) || error.message.includes(path)) throw error;
		throw new UserError(`${path}: ${error.message}`, {
			cause: error,
			...(error.hint === undefined ? {} : { hint: error.hint }),
		});
	}
}
