/** Starts all servers of the config, a few at a time, and reads what each offers. */
import { UpstreamError } from "../../base/errors.ts";
import { harvest } from "../../catalog/harvest.ts";
import type { Offer } from "../../catalog/offer.ts";
import type { CatalogStore } from "../../catalog/store.ts";
import { fingerprintOf } from "../../config/fingerprint.ts";
import type { GroupConfig } from "../../config/load.ts";
import { unlessInterrupted } from "../inspect/interruption.ts";
import { type OpenGroups, redacted } from "../inspect/open-groups.ts";

export interface Look {
	readonly group: GroupConfig;
	/** From the start to the end of the handshake, or to its failure. */
	readonly tookMs: number;
	/** Undefined when it cannot be had. */
	readonly offer: Offer | undefined;
	/** Why not; a text: the config is wrong. */
	readonly failure: UpstreamError | string | undefined;
}

/** Each may be a package that is being downloaded. */
const atOnce = 8;

/** In the order of the config. What is read is kept for the next run. */
export async function lookAtAll(groups: OpenGroups, store: CatalogStore): Promise<Look[]> {
	const looks = new Map<GroupConfig, Look>();
	const waiting = [...groups.enabled];
	const busy = new Set<string>();
	const show = () =>
		groups.status.show(`Starting servers, ${looks.size} of ${groups.enabled.length}: ${[...busy].join(", ")}`);

	async function work(): Promise<void> {
		for (let group = waiting.shift(); group !== undefined && !groups.signal.aborted; group = waiting.shift()) {
			busy.add(group.name);
			show();
			looks.set(group, await lookAt(group, groups, store));
			busy.delete(group.name);
			show();
		}
	}

	await unlessInterrupted(groups.signal, Promise.all(Array.from({ length: atOnce }, work)));
	groups.status.clear();
	return groups.enabled.flatMap((group) => looks.get(group) ?? []);
}

async function lookAt(group: GroupConfig, groups: OpenGroups, store: CatalogStore): Promise<Look> {
	const started = await groups.start(group);
	const { tookMs } = started;
	if (started.kind === "misconfigured") return { group, tookMs, offer: undefined, failure: started.reason };
	if (started.kind === "failed") return { group, tookMs, offer: undefined, failure: started.error };
	try {
		const options = { group: group.name, timeoutMs: group.server.timeoutMs.tools };
		const offer = await harvest(started.connection, options);
		await store.write(fingerprintOf(group), offer);
		return { group, tookMs, offer, failure: undefined };
	} catch (error) {
		if (!(error instanceof UpstreamError)) throw error;
		return { group, tookMs, offer: undefined, failure: redacted(error, groups.redact) };
	}
}
