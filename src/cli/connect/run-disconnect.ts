/** What `dynamic-mcp disconnect` does with its options. */
import { findClient } from "../../clients/all.ts";
import { thisMachine } from "../import/look-around.ts";
import { shortPath } from "../import/wording.ts";
import { printOut } from "../output/print.ts";
import { interruptible } from "../prompts/interrupted.ts";
import { carryOutDisconnect } from "./carry-out.ts";
import { type DisconnectChange, planDisconnect } from "./disconnect-plan.ts";
import { type CommonOptions, isAgreed, scopeOf, showChange } from "./show.ts";

/** Resolves with the exit code. Throws `UserError` for what the person has to change. */
export async function runDisconnect(options: CommonOptions): Promise<number> {
	const client = findClient(options.client);
	const machine = await thisMachine();
	const { home } = machine;
	const changes = await planDisconnect(client, { machine, scope: scopeOf(options) });
	if (changes.length === 0) {
		await printOut(`${client.title} is not connected: nothing was changed.`);
		return 0;
	}
	for (const change of changes) await showChange(change, home);
	const paths = changes.map(({ place }) => shortPath(place.path, home)).join(" and ");
	if (options.isDryRun) {
		await printOut(`A dry run: ${paths} ${changes.length === 1 ? "was" : "were"} not changed.`);
		return 0;
	}
	return interruptible(async () => {
		if (!(await isAgreed(`Change ${paths}?`, options))) {
			await printOut("Nothing was changed.");
			return 0;
		}
		for (const change of changes) await printOut(outcomeOf(change, await carryOutDisconnect(change, home), home));
		return 0;
	});
}

function outcomeOf(change: DisconnectChange, backup: string | undefined, home: string): string {
	const { client, place, text, isExact, restored, missed } = change;
	const path = shortPath(place.path, home);
	const lines: string[] = [];
	if (text === undefined) lines.push(`${client.title} is disconnected: ${path} is gone, which connect had made.`);
	else if (isExact) lines.push(`${client.title} is disconnected: ${path} is what it was before.`);
	else
		lines.push(`${client.title} is disconnected: ${path} no longer starts dynamic-mcp; everything else in it stays.`);
	if (restored.length > 0) lines.push(`Put back: ${restored.join(", ")}.`);
	if (missed.length > 0) lines.push(`Not put back, because the backup is gone: ${missed.join(", ")}.`);
	if (backup !== undefined) lines.push(`The file as it was is kept in ${shortPath(backup, home)}.`);
	return lines.join("\n");
}
