/** Which log messages servers are asked for. Pure. */
import { logLevels } from "../protocol/mcp.ts";
import type { Session } from "./session.ts";

/** The most talkative level that any of the clients wants; undefined when none has said. */
export function loudest(sessions: Iterable<Session>): string | undefined {
	const ranks = Array.from(sessions, ({ logLevel }) => logLevels.findIndex((level) => level === logLevel));
	return logLevels[Math.min(...ranks.filter((rank) => rank !== -1))];
}
