/**
 * What the groups offer: as their running servers tell it, and as they told it last, in this run of the program or in
 * an earlier one.
 */
import type { NameTest } from "../base/globs.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Tool } from "../protocol/mcp.ts";
import { describeSummary, summarize, type Summary } from "./descriptions.ts";
import { harvest, harvestList, harvestTools, type ListName } from "./harvest.ts";
import type { Offer } from "./offer.ts";

export interface Catalog {
	readonly tools: readonly Tool[];
	readonly byName: ReadonlyMap<string, Tool>;
	/** Names of tools that the server has and the config does not want. */
	readonly denied: ReadonlySet<string>;
}

/** Where offers are kept between runs of the program; see `store.ts`. */
export interface OfferStore {
	has(fingerprint: string): Promise<boolean>;
	read(fingerprint: string): Promise<Offer | undefined>;
	readSummary(fingerprint: string): Promise<Summary | undefined>;
	write(fingerprint: string, offer: Offer): Promise<void>;
}

export interface CatalogsOptions {
	/** For each page of a list. */
	readonly timeoutMs: (group: string) => number;
	/** Which tools of the group the config wants, by their names; asked once for each reading. */
	readonly wanted?: (group: string) => NameTest;
	/** Under what a group's offer is kept: it changes with the group's definition. */
	readonly fingerprint: (group: string) => string;
	readonly store: OfferStore;
	/** A group's server has told anew what it offers; `before` is what was known until then. */
	readonly onOffer?: (group: string, offer: Offer, before: Offer | undefined) => void;
}

interface Described {
	readonly name: string;
	readonly description: string | undefined;
}

export interface Catalogs {
	/** What the group's server says it offers; asked once for each connection. Rejects with `UpstreamError`. */
	of(group: string, connection: Connection): Promise<Catalog>;
	/** The same when it has been read already and is not outdated. */
	current(group: string, connection: Connection): Catalog | undefined;
	/** What was last known of the group, whether it runs or not; undefined when nothing ever was. Never rejects. */
	known(group: string): Promise<Catalog | undefined>;
	/** All that was last known of the group, as `known`. */
	knownOffer(group: string): Promise<Offer | undefined>;
	/**
	 * What the config says the group is for, else what an earlier run of the program has learned. Once given it stays the
	 * same until `forget`, whatever the server tells meanwhile. Never rejects.
	 */
	describe(group: Described): Promise<string | undefined>;
	/** The same, but of a group that was not known in an earlier run, what is known now. */
	describeNow(group: Described): Promise<string | undefined>;
	/** One of the server's lists as it is now. `timeoutMs` is for each page. Rejects with `UpstreamError`. */
	list(group: string, connection: Connection, list: ListName, timeoutMs: number): Promise<readonly unknown[]>;
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

export function createCatalogs({
	timeoutMs,
	wanted = () => () => true,
	fingerprint,
	store,
	onOffer,
}: CatalogsOptions): Catalogs {
	const reads = new Map<string, Read>();
	const lastKnown = new Map<string, Promise<Catalog | undefined>>();
	const lastOffers = new Map<string, Promise<Offer | undefined>>();
	const storedOffers = new Map<string, Promise<Offer | undefined>>();
	const descriptions = new Map<string, Promise<string | undefined>>();
	/** Tells the latest reading from those before it. */
	const latest = new Map<string, symbol>();

	function catalogOf(group: string, all: readonly Tool[]): Catalog {
		const isWanted = wanted(group);
		const tools = all.filter(({ name }) => isWanted(name));
		const byName = new Map(tools.map((tool) => [tool.name, tool]));
		const denied = all.length === tools.length ? [] : all.map(({ name }) => name).filter((name) => !byName.has(name));
		return { tools, byName, denied: new Set(denied) };
	}

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
			catalog = stored(group).then((offer) => offer && catalogOf(group, offer.tools));
			lastKnown.set(group, catalog);
		}
		return catalog;
	}

	function stored(group: string): Promise<Offer | undefined> {
		let offer = storedOffers.get(group);
		if (offer === undefined) {
			offer = store.read(fingerprint(group));
			storedOffers.set(group, offer);
		}
		return offer;
	}

	async function describe({ name, description = "" }: Described): Promise<string | undefined> {
		if (description.trim() !== "") return description;
		let found = descriptions.get(name);
		if (found === undefined) {
			found = store.readSummary(fingerprint(name)).then((summary) => summary && describeSummary(summary, wanted(name)));
			descriptions.set(name, found);
		}
		return found;
	}

	async function describeNow(group: Described): Promise<string | undefined> {
		const description = await describe(group);
		const offer = description === undefined ? await knownOffer(group.name) : undefined;
		return offer === undefined ? description : describeSummary(summarize(offer), wanted(group.name));
	}

	const knownOffer = (group: string) => lastOffers.get(group) ?? stored(group);

	async function isKnown(group: string): Promise<boolean> {
		return lastKnown.has(group) ? (await known(group)) !== undefined : store.has(fingerprint(group));
	}

	function refresh(group: string, connection: Connection): Promise<Catalog> {
		const options = { group, timeoutMs: timeoutMs(group) };
		const tools = harvestTools(connection, options);
		const catalog = tools.then((read) => catalogOf(group, read));
		const key = fingerprint(group);
		const reading = Symbol(group);
		// The other lists are not waited for by whoever needs a tool; they are read and kept all the same, and what they
		// hold is of use although the tools cannot be listed.
		const kept = harvest(
			connection,
			options,
			tools.catch(() => []),
		).then(async (read) => {
			const before = await knownOffer(group);
			// Of several readings at once the latest counts, whichever ends last.
			if (latest.get(group) !== reading) return;
			const isWhole = await tools.then(
				() => true,
				() => false,
			);
			// Better than nothing, and not better than what was known.
			if (!isWhole && before !== undefined) return;
			const offer = withKnown(read, before);
			lastOffers.set(group, Promise.resolve(offer));
			if (!isWhole) return;
			onOffer?.(group, offer, before);
			if (reads.get(group) === entry) await store.write(key, offer);
		});
		latest.set(group, reading);
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
		const catalog = of(group, connection);
		// Looked up now: a reading that fails is not kept in mind.
		const read = reads.get(group);
		await catalog.catch(() => {});
		await read?.kept;
	}

	async function settled(): Promise<void> {
		await Promise.all(Array.from(reads.values(), (read) => read.kept));
	}

	function forget(group: string): void {
		reads.delete(group);
		lastKnown.delete(group);
		lastOffers.delete(group);
		storedOffers.delete(group);
		descriptions.delete(group);
		latest.delete(group);
	}

	async function list(
		group: string,
		connection: Connection,
		list: ListName,
		timeoutMs: number,
	): Promise<readonly unknown[]> {
		const items = await harvestList(connection, list, { group, timeoutMs });
		const offer = await knownOffer(group);
		// What is listed must be found when it is asked for.
		if (offer !== undefined && list !== "tasks") lastOffers.set(group, Promise.resolve({ ...offer, [list]: items }));
		return items;
	}

	return {
		of,
		current,
		known,
		knownOffer,
		describe,
		describeNow,
		list,
		isKnown,
		refresh,
		kept,
		settled,
		outdate: (group) => void reads.delete(group),
		forget,
	};
}

/** A list that could not be had is still what it was. */
function withKnown(offer: Offer, before: Offer | undefined): Offer {
	return {
		...offer,
		prompts: offer.prompts ?? before?.prompts,
		resources: offer.resources ?? before?.resources,
		resourceTemplates: offer.resourceTemplates ?? before?.resourceTemplates,
	};
}
