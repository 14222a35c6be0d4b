/** What our config has to say to a client: which of its servers it need not have any longer, and which variables we need. */
import { UserError } from "../../base/errors.ts";
import { filledIn } from "../../clients/filled-in.ts";
import { readClientFile } from "../client-file.ts";
import { matcherFor } from "../import/same.ts";
import { entriesOf } from "../import/write-config.ts";
import type { ImportedServer } from "./plan.ts";

/**
 * Those whose definition an entry of the config has, whatever it is called, be it with variables in the place of secrets. Never one that is there with another definition.
 * Throws `UserError` for a config that is not there, or that would not load.
 */
export async function findOurs(path: string, home: string): Promise<(server: ImportedServer) => boolean> {
	const { text } = await readClientFile(path);
	if (text === undefined) {
		throw new UserError(`there is no config at ${path}, so no servers are in it that could be replaced`, {
			hint: "Import them first: dynamic-mcp import",
		});
	}
	return matcherFor(Object.values(entriesOf(text, { path, home })));
}

/** Names of the variables that the config fills in; none of one that is not there, or that would not load. */
export async function findVariables(path: string, home: string): Promise<string[]> {
	try {
		const { text } = await readClientFile(path);
		return filledIn(Object.values(entriesOf(text, { path, home })));
	} catch (error) {
		// Whoever serves it says what is wrong with it.
		if (error instanceof UserError) return [];
		throw error;
	}
}
