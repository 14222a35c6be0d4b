/** Goose: https://block.github.io/goose/docs/getting-started/using-extensions */
import { isObject } from "../base/objects.ts";
import { type EntryDraft, take } from "./reading/draft.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const goose = defineClient({
	id: "goose",
	title: "Goose",
	places: ({ platform, config, appData }) => [
		globalFile(
			platform === "win32" ? appData("Block", "goose", "config", "config.yaml") : config("goose", "config.yaml"),
		),
	],
	keys: ["extensions"],
	dialect: {
		variables: syntaxes.dollars,
		fillsOnly: (field) => field.startsWith("headers"),
		timeouts: { timeout: ["tools", "s"] },
		skip: ({ type }) => (type === "inline_python" ? "it is a script that Goose runs itself" : undefined),
		before: ({ fields }) => fields.delete("display_name"),
		after: addKeys,
	},
});

/** Names of variables whose values Goose keeps in the keychain, from where nothing is read. */
function addKeys(draft: EntryDraft): void {
	const names = take(draft, "env_keys");
	if (!Array.isArray(names)) return;
	const known = names.filter((name) => typeof name === "string" && /^[A-Za-z_]\w*$/.test(name));
	if (known.length < names.length) draft.refuse("env_keys", "expected names of variables");
	for (const name of known) draft.todo.push(`set the variable ${name}, which Goose keeps in the keychain`);
	const env = draft.fields.get("env") ?? {};
	// To a server at a URL they go in the headers, which name them.
	if (!isObject(env) || draft.fields.has("url")) return;
	draft.fields.set("env", { ...env, ...Object.fromEntries(known.map((name) => [name, `\${${name}}`])) });
}
