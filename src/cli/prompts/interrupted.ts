/** What a command does that is interrupted while it asks. */
import { printError } from "../output/print.ts";
import { Interrupted } from "./ask.ts";

/** Of a program that was interrupted by Ctrl-C. */
const interruptedCode = 130;

/** Resolves with the exit code of `act`, or with that of a program that was interrupted, in which case nothing was changed. */
export async function interruptible(act: () => Promise<number>): Promise<number> {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof Interrupted)) throw error;
		await printError("Interrupted: nothing was changed.");
		return interruptedCode;
	}
}
