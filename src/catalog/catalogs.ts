/** What the running groups offer, read once for each connection and again when a server says it changed. */
import type { Connection } from "../protocol/connection.ts";
import type { Tool } from "../protocol/mcp.ts";
import { harvestTools } from "./harvest.ts";

export interface Catalog {
	readonly tools: readonly Tool[];
	readonly byName: ReadonlyMap<string, Tool>;
}

export interface Catalogs {
	/** What the group offers; read from the server the first time. Rejects with `UpstreamError`. */
	of(group: string, connection: Connection): Promise<Catalog>;
	/** What was read of this connection, if it was and is not outdated. */
	current(group: string, connection: Connection): Catalog | undefined;
	/** What the group offers, read anew. */
	refresh(group: string, connection: Connection): Promise<Catalog>;
	/** What was last read of the group, whether it runs or not; undefined when it was never read. */
	known(group: string): Catalog | undefined;
	/** The group's server says that its tools have changed: the next `of` reads them anew. */
	outdate(group: string): void;
}

interface Read {
	readonly connection: Connection;
	readonly catalog: Promise<Catalog>;
	/** What `catalog` has resolved to. */
	value: Catalog | undefined;
}

export function createCatalogs({ timeoutMs }: { timeoutMs: (group: string) => number }): Catalogs {
	const reads = new Map<string, Read>();
	const known = new Map<string, Catalog>();

	function of(group: string, connection: Connection): Promise<Catalog> {
		const read = reads.get(group);
		return read?.connection === connection ? read.catalog : refresh(group, connection);
	}

	function current(group: string, connection: Connection): Catalog | undefined {
		const read = reads.get(group);
		return read?.connection === connection ? read.value : undefined;
	}

	function refresh(group: string, connection: Connection): Promise<Catalog> {
		const catalog = read(group, connection);
		const entry: Read = { connection, catalog, value: undefined };
		reads.set(group, entry);
		catalog.then(
			(value) => {
				entry.value = value;
				if (reads.get(group) === entry || !known.has(group)) known.set(group, value);
			},
			() => {
				// Whoever asked is told; the next one to ask makes another attempt.
				if (reads.get(group) === entry) reads.delete(group);
			},
		);
		return catalog;
	}

	async function read(group: string, connection: Connection): Promise<Catalog> {
		const tools = await harvestTools(connection, { group, timeoutMs: timeoutMs(group) });
		return { tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
	}

	return { of, current, refresh, known: (group) => known.get(group), outdate: (group) => void reads.delete(group) };
}
