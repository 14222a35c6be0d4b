/** What becomes of whole config files, as people have them. */
import { describe, expect, test } from "bun:test";

import { clientOf, type Expected, fixtures, machineOf, placeOf, readText } from "../../test/helpers/client-files.ts";
import { parseConfig } from "../config/load.ts";
import { clients } from "./all.ts";

interface Golden {
	readonly id: string;
	/** The file's path. */
	readonly file: string;
	readonly expected: Expected;
}

const files = (await Array.fromAsync(new Bun.Glob("*/*").scan({ cwd: fixtures, dot: true }))).sort();

const goldens: Golden[] = await Promise.all(
	files
		.filter((file) => !file.endsWith(".expected.json"))
		.map(async (file) => ({
			id: file.split(/[\\/]/)[0]!,
			file,
			expected: (await Bun.file(`${fixtures}/${file.replace(/\.\w+$/, ".expected.json")}`).json()) as Expected,
		})),
);

async function readGolden({ id, file, expected }: Golden) {
	const client = clientOf(id);
	const text = await Bun.file(`${fixtures}/${file}`).text();
	return readText(client, text, placeOf(client, expected), machineOf(expected.platform));
}

test("every client has at least the example of its makers", () => {
	const missing = clients.filter(({ id }) => !goldens.some((golden) => golden.file.startsWith(`${id}/manual.`)));
	expect(missing.map(({ id }) => id)).toEqual([]);
});

describe("of the file", () => {
	test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_file, golden) => {
		expect(await readGolden(golden)).toEqual([...golden.expected.servers]);
	});

	test.each(goldens.map((golden) => [golden.file, golden] as const))(
		"%s, what is imported is valid in our config",
		async (_file, golden) => {
			const imported = (await readGolden(golden)).flatMap((server) =>
				server.kind === "imported" ? [[server.group, server.entry] as const] : [],
			);
			const text = JSON.stringify({ mcpServers: Object.fromEntries(imported) });
			const names = Array.from(text.matchAll(/\$\{(\w+)/g), ([, name = ""]) => name);
			const env = Object.fromEntries(names.map((name) => [name, "https://a-variable.example.com"]));
			const config = parseConfig(text, { path: "/home/me/dynamic-mcp.json", env, home: "/home/me" });
			expect(config.groups.map(({ name, misconfigured }) => [name, misconfigured])).toEqual(
				imported.map(([group]) => [group, undefined]),
			);
		},
	);
});

test("no message shows a value that is secret", async () => {
	const secrets = [
		"ghp_0123456789",
		"geheim123",
		"pa${SS}word",
		"pa$$word$1",
		"your-api-token",
		"sk-0123456789",
		"ws-abc",
	];
	const texts = await Promise.all(goldens.map(({ file }) => Bun.file(`${fixtures}/${file}`).text()));
	expect(secrets.filter((secret) => !texts.some((text) => text.includes(secret)))).toEqual([]);
	for (const golden of goldens) {
		for (const server of await readGolden(golden)) {
			const said = server.kind === "imported" ? [server.lossy, server.todo, server.secrets].flat() : [server.reason];
			expect(secrets.filter((secret) => JSON.stringify(said).includes(secret))).toEqual([]);
		}
	}
});
