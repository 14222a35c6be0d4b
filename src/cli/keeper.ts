/** Keeps account of what clients are given to read, where the config wants it. */
import type { Counted } from "../accounting/counts.ts";
import { createKeeper, type Keeper } from "../accounting/keeper.ts";
import type { Clock } from "../base/clock.ts";
import type { Catalogs } from "../catalog/catalogs.ts";
import type { Config } from "../config/load.ts";
import type { Emit } from "../observe/events.ts";

/** In the cache directory. */
export const ledgerPath = (directory: string) => `${directory}/savings.sqlite`;

export interface OpenKeeperOptions {
	readonly path: string;
	readonly clock: Clock;
	readonly emit: Emit;
	readonly catalogs: Pick<Catalogs, "known">;
	/** As it is at the moment. */
	readonly config: () => Config;
}

/** A write that has to wait for another process must not hold up anything else. */
const busyMs = 20;

/** What writes is loaded when there is something to write. */
export function openKeeper({ path, clock, emit, catalogs, config }: OpenKeeperOptions): Keeper {
	return createKeeper({
		clock,
		isOn: () => config().accounting,
		direct: () => countDirect(config(), catalogs),
		open: async () => (await import("../accounting/ledger.ts")).openLedger({ path, busyMs }),
		onProblem: (problem) => emit({ kind: "cache", problem: `savings cannot be counted in ${path}: ${problem}` }),
	});
}

/** What is known of the tools that the client would have without us. */
async function countDirect({ groups }: Config, catalogs: Pick<Catalogs, "known">): Promise<Counted[]> {
	const usable = groups.filter(
		({ server, misconfigured }) => server.enabled && server.features.tools && misconfigured === undefined,
	);
	const counted = await Promise.all(
		usable.map(async ({ name }): Promise<Counted[]> => {
			const tools = (await catalogs.known(name))?.tools ?? [];
			if (tools.length === 0) return [];
			return [{ kind: "direct", name, count: tools.length, characters: JSON.stringify(tools).length, media: 0 }];
		}),
	);
	return counted.flat();
}
