/** Continue, an extension of editors: https://docs.continue.dev/customize/deep-dives/mcp */
import { isObject } from "../base/objects.ts";
import { type EntryDraft, take } from "./reading/draft.ts";
import { defineClient, entriesAt, type NamedEntry, valueAt } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";
import type { Place } from "./types.ts";

const folder = { note: "each file of the folder", isPattern: true, isReadOnly: true };
const endings = ["yaml", "yml", "json"];

export const continueDev = defineClient({
	id: "continue",
	title: "Continue",
	aliases: ["continue-dev"],
	places({ home, project, join, variable }) {
		const own = variable("CONTINUE_GLOBAL_DIR") ?? home(".continue");
		return [
			globalFile(join(own, "config.yaml")),
			...endings.map((ending) => globalFile(join(own, "mcpServers", `*.${ending}`), folder)),
			...endings.map((ending) => projectFile(project(".continue", "mcpServers", `*.${ending}`), folder)),
		];
	},
	keys: ["mcpServers"],
	entries: listed,
	dialect: {
		variables: syntaxes.continue,
		timeouts: { connectionTimeout: ["connect", "ms"] },
		before: readRequestOptions,
	},
});

/** Files of other clients may lie in the folder as they are: their servers are no list. */
function listed(document: unknown, keys: readonly string[], place: Place): readonly NamedEntry[] {
	const servers = valueAt(document, keys, place);
	if (!Array.isArray(servers)) return entriesAt(document, keys, place);
	return servers.map((raw: unknown, index): NamedEntry => {
		const name = isObject(raw) ? raw["name"] : undefined;
		return [typeof name === "string" && name !== "" ? name : `${keys.join(".")}[${index}]`, raw];
	});
}

function readRequestOptions(draft: EntryDraft): void {
	const { fields, warn } = draft;
	const apiKey = take(draft, "apiKey");
	if (typeof apiKey === "string") fields.set("headers", { Authorization: `Bearer ${apiKey}` });
	const options = take(draft, "requestOptions");
	if (!isObject(options)) return;
	const { headers, verifySsl, ...others } = options;
	if (isObject(headers)) fields.set("headers", { ...headers });
	if (verifySsl === false) fields.set("tls", { rejectUnauthorized: false });
	for (const field of Object.keys(others)) warn(`requestOptions.${field}`, "there is no such setting here");
}
