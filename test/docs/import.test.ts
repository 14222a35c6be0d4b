/** docs/import.md has a section for every client, with the places that the code looks at. */
import { expect, test } from "bun:test";

import { placesBegin, withPlaces } from "../../scripts/client-places.ts";
import { clients } from "../../src/clients/all.ts";
import { anchorsOf, linksOf, repository } from "../helpers/markdown.ts";

const page = await Bun.file(`${repository}/docs/import.md`).text();

/** Those that are no client's. */
const others = ["The command", "Setup"];

const sections = page
	.split(/^## /m)
	.slice(1)
	.map((text) => ({ title: text.split("\n")[0] ?? "", text }))
	.filter(({ title }) => !others.includes(title));

test("there is one section per client, in the order of the code, and the page's own list leads to each", () => {
	expect(sections.map(({ title }) => title)).toEqual(clients.map(({ title }) => title));
	const anchors = clients.flatMap(({ title }) => [...anchorsOf(`## ${title}\n`)].map((anchor) => `#${anchor}`));
	const list = page.split("\n## ")[0] ?? "";
	expect(linksOf(list).filter((target) => target.startsWith("#"))).toEqual(anchors);
});

test("each section has its client's command and table, and says something besides", () => {
	for (const [index, { id }] of clients.entries()) {
		const { text = "" } = sections[index] ?? {};
		expect(text).toContain(`\ndynamic-mcp import ${id}\n`);
		expect(text).toContain(placesBegin(id));
		expect((text.split("<!-- End of the places. -->")[1] ?? "").trim().length).toBeGreaterThan(40);
	}
});

test("the tables are those of the code", () => {
	expect(withPlaces(page)).toBe(page);
	const spoilt = page.replace("`~/.cursor/mcp.json`", "`~/.cursor/servers.json`");
	expect(spoilt).not.toBe(page);
	expect(withPlaces(spoilt)).toBe(page);
	expect(() => withPlaces(page.replace(placesBegin("zed"), ""))).toThrow("no marks for the places of zed");
});
