/** Asks servers what they say about themselves, by starting them once. */
import { after, systemClock } from "../../base/clock.ts";
import { withGroups } from "../inspect/open-groups.ts";
import { descriptionInOwnWords } from "./description.ts";
import type { NewEntry } from "./write-config.ts";

/** For all of them together: whoever has to be downloaded first is left alone. */
const patienceMs = 6_000;

/**
 * What each says, by group; those that have said nothing are missing. Undefined when it was interrupted. Only after the
 * person has agreed: it runs their commands. All are stopped again in the end.
 */
export async function askServers(
	added: readonly NewEntry[],
	{ path, home }: { path: string; home: string },
): Promise<ReadonlyMap<string, string> | undefined> {
	const mcpServers = Object.fromEntries(added.map(({ name, entry }) => [name, entry]));
	const text = Promise.resolve(JSON.stringify({ mcpServers }));
	const descriptions = new Map<string, string>();
	try {
		const exitCode = await withGroups({ path, home, text }, async ({ enabled, start, redact }) => {
			const asked = enabled.map(async (group) => {
				const started = await start(group);
				if (started.kind !== "ready") return;
				const { serverInfo, instructions } = started.connection;
				const words = redact(descriptionInOwnWords(serverInfo, instructions));
				if (words !== "") descriptions.set(group.name, words);
			});
			await Promise.race([Promise.all(asked), after(systemClock, patienceMs)]);
			return 0;
		});
		return exitCode === 0 ? new Map(descriptions) : undefined;
	} finally {
		// The prompts that follow leave these to the operating system again.
		for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeAllListeners(name);
	}
}
