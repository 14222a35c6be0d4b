/** Other processes of this machine. */
import { hasCode } from "./errors.ts";

/** Whether there is a process of this number, be it anybody's. */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// Somebody else's process may not be signalled, but it is there.
		return hasCode(error, "EPERM");
	}
}
