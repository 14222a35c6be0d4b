/**
 * What the groups offer: as their running servers tell it, and as they told it last, in this run of the program or in
 * an earlier one.
 */
import type { Connection } from "../protocol/connection.ts";
import type { Tool } from "../protocol/mcp.ts";
import { harvest, harvestTools } from "./harvest.ts";
import type { Offer } from "./offer.ts";

export interface Catalog {
	readonly tools: readonly Tool[];
	readonly byName: ReadonlyMap<string, Tool>;
}

/** Where offers are kept between runs of the program; see `store.ts`. */
export interface OfferStore {
	has(fingerprint: string): Promise<boolean>;
	read(fingerprint: string): Promise<Offer | undefined>;
	write(fingerprint: string, offer: Offer): Promise<void>;
}

export interface CatalogsOptions {
	/** For each page of a list. */
	readonly timeoutMs: (group: string) => number;
	/** Under what a group's offer is kept: it changes with the group's definition. */
	readonly fingerprint: (group: string) => string;
	readonly store: OfferStore;
}

export interface Catalogs {
	/** What the group's server says it offers; asked once for each connection. Rejects with `UpstreamError`. */
	of(group: string, connection: Connection): Promise<Catalog>;
	/** The same when it has been read already and is not outdated. */
	current(group: string, connection: Connection): Catalog | undefined;
	/** What was last known of the group, whether it runs or not; undefined when nothing ever was. Never rejects. */
	known(group: string): Promise<Catalog | undefined>;
	/** Whether anything is known of the group; cheaper than `known`. */
	isKnown(group: string): Promise<boolean>;
	/** Asks the server anew. */
	refresh(group: string, connection: Connection): Promise<Catalog>;
	/** Resolves when what this connection offers has been read and kept, as far as that is possible. */
	kept(group: string, connection: Connection): Promise<void>;
	/** Resolves when nothing is being read or kept at the moment. */
	settled(): Promise<void>;
	/** The server says that its tools have changed: they are read anew the next time somebody needs them. */
	outdate(group: string): void;
	/** The group's definition has changed: what it offered says nothing any more. */
	forget(group: string): void;
}

interface Read {
	readonly connection: Connection;
	readonly catalog: Promise<Catalog>;
	/** What `catalog` has resolved to. */
	value: Catalog | undefined;
	readonly kept: Promise<void>;
}

export function createCatalogs({ timeoutMs, fingerprint, store }: CatalogsOptions): Catalogs {
	const reads = new Map<string, Read>();
	const lastKnown = new Map<string, Promise<Catalog | undefined>>();

	function of(group: string, connection: Connection): Promise<Catalog> {
		const read = reads.get(group);
		return read?.connection === connection ? read.catalog : refresh(group, connection);
	}

	function current(group: string, connection: Connection): Catalog | undefined {
		const read = reads.get(group);
		return read?.connection === connection ? read.value : undefined;
	}

	function known(group: string): Promise<Catalog | undefined> {
		let catalog = lastKnown.get(group);
		if (catalog === undefined) {
			catalog = store.read(fingerprint(group)).then((offer) => offer && catalogOf(offer.tools));
			lastKnown.set(group, catalog);
		}
		return catalog;
	}

	async function isKnown(group: string): Promise<boolean> {
		return lastKnown.has(group) ? (await known(group)) !== undefined : store.has(fingerprint(group));
	}

	function refresh(group: string, connection: Connection): Promise<Catalog> {
		const options = { group, timeoutMs: timeoutMs(group) };
		const tools = harvestTools(connection, options);
		const catalog = tools.then(catalogOf);
		const key = fingerprint(group);
		// The other lists are not waited for by whoever needs a tool; they are read and kept all the same.
		const kept = harvest(connection, options, tools).then(async (offer) => {
			// Of several readings at once the latest counts, whichever ends last.
			if (reads.get(group) === entry) await store.write(key, offer);
		});
		const entry: Read = { connection, catalog, value: undefined, kept: kept.catch(() => {}) };
		reads.set(group, entry);
		catalog.then(
			(value) => {
				entry.value = value;
				if (reads.get(group) === entry) lastKnown.set(group, catalog);
			},
			() => {
				// Whoever asked is told; the next one to ask makes another attempt.
				if (reads.get(group) === entry) reads.delete(group);
			},
		);
		return catalog;
	}

	async function kept(group: string, connection: Connection): Promise<void> {
		await of(group, connection).catch(() => {});
		await reads.get(group)?.kept;
	}

	async function settled(): Promise<void> {
		await Promise.all(Array.from(reads.values(), (read) => read.kept));
	}

	function forget(group: string): void {
		reads.delete(group);
		lastKnown.delete(group);
	}

	return { of, current, known, isKnown, refresh, kept, settled, outdate: (group) => void reads.delete(group), forget };
}

function catalogOf(tools: readonly Tool[]): Catalog {
	return { tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
}
