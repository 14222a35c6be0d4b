/**
 * Makes what the config's schema says readable: `docs/config.schema.json` for editors and the table in
 * `docs/configuration.md` for people, and what the code knows of other clients the tables in `docs/import.md`. With `--check` it writes nothing and fails when either is out of date.
 */
import { join } from "node:path";

import { configJsonSchema } from "../src/config/json-schema.ts";
import { withPlaces } from "./client-places.ts";

interface Schema {
	readonly type?: string;
	readonly title?: string;
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly additionalProperties?: Schema | boolean;
	readonly anyOf?: readonly Schema[];
	readonly required?: readonly string[];
}

const docs = join(import.meta.dir, "..", "docs");
const begin = "<!-- The tables are made from the schema by scripts/generate-docs.ts. -->";
const end = "<!-- End of the tables. -->";

function tables(schema: Schema): string {
	const servers = schema.properties?.["mcpServers"]?.additionalProperties;
	if (typeof servers !== "object") throw new Error("the schema has no servers");
	const common = (servers.anyOf ?? []).map((server) => {
		const rows = Object.entries(server.properties ?? {}).flatMap(([name, field]) => rowsOf(name, field, server));
		return `### ${server.title}\n\n${server.description}\n\n| field | |\n| --- | --- |\n${rows.join("\n")}`;
	});
	return common.join("\n\n");
}

function rowsOf(name: string, field: Schema, parent: Schema): string[] {
	const required = parent.required?.includes(name) ? " **Required.**" : "";
	const text = (field.description ?? "").replaceAll("|", "\\|");
	const own = `| \`${name}\` | ${text}${required} |`;
	const inner = Object.entries(field.properties ?? {}).flatMap(([key, value]) => rowsOf(`${name}.${key}`, value, {}));
	return [own, ...inner];
}

async function generate(): Promise<Map<string, string>> {
	const schema = (await configJsonSchema()) as Schema;
	const page = await Bun.file(join(docs, "configuration.md")).text();
	const from = page.indexOf(begin);
	const to = page.indexOf(end);
	if (from === -1 || to === -1) throw new Error("docs/configuration.md has lost the marks around its tables");
	const made = `${page.slice(0, from)}${begin}\n\n${tables(schema)}\n\n${page.slice(to)}`;
	return new Map([
		["config.schema.json", `${JSON.stringify(schema, undefined, "\t")}\n`],
		["configuration.md", made],
		["import.md", withPlaces(await Bun.file(join(docs, "import.md")).text())],
	]);
}

const stale: string[] = [];
for (const [name, text] of await generate()) {
	const path = join(docs, name);
	const file = Bun.file(path);
	if ((await file.exists()) && (await file.text()) === text) continue;
	stale.push(name);
	if (!process.argv.includes("--check")) await Bun.write(path, text);
}
if (process.argv.includes("--check") && stale.length > 0) {
	const names = stale.map((name) => `docs/${name}`).join(", ");
	await Bun.write(Bun.stderr, `out of date: ${names}; run bun scripts/generate-docs.ts\n`);
	process.exit(1);
}
