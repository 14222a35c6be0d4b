/** What somebody is told whose wish is refused. */
import { UserError } from "../../src/base/errors.ts";

/** The message of the `UserError` that it ends with; any other ending is a failure of the test. */
export async function refusal(act: Promise<unknown>): Promise<string> {
	try {
		await act;
	} catch (error) {
		if (error instanceof UserError) return error.message;
		throw error;
	}
	throw new Error("it was not refused");
}
