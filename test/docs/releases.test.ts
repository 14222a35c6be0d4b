/** What the documents say of a release is what is released. */
import { expect, test } from "bun:test";

import { repository as source, version } from "../../package.json";
import { archiveName, targets } from "../../scripts/release/targets.ts";
import { isForUsers, readPages, repository, tablesUnder } from "../helpers/markdown.ts";

const pages = await readPages();
const base = `${source.url.replace(/^git\+/, "").replace(/\.git$/, "")}/releases`;
const install = pages.find(({ path }) => path === "docs/install.md")?.text ?? "";

/** Every address of a release, or of a file in one. */
const addresses = pages.filter(isForUsers).flatMap(({ path, text }) =>
	Array.from(text.matchAll(/https:\/\/github\.com\/[^\s`)|]*\/releases[^\s`)|]*/g), ([address]) => ({
		path,
		address,
	})),
);

test("files of the latest release are named by the address that leads to them, and are in every release", () => {
	const files = [...targets.map(archiveName), "SHA256SUMS", "install.sh", "install.ps1", "dynamic-mcp.json"];
	const allowed = new Set([base, ...files.map((file) => `${base}/latest/download/${file}`)]);
	expect(addresses.length).toBeGreaterThan(10);
	expect(addresses.filter(({ address }) => !allowed.has(address))).toEqual([]);
});

test("every archive is in the table of platforms, and no other", () => {
	const named = tablesUnder(install, "Platforms").map(([name = ""]) => name.replaceAll("`", ""));
	expect(named.sort()).toEqual(targets.map(archiveName).sort());
});

test("every archive that is named anywhere is one of them", () => {
	const named = pages.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/\bdynamic-mcp-[\w-]+\.(?:tar\.gz|zip)/g), ([archive]) => ({ path, archive })),
	);
	const known = new Set(targets.map(archiveName));
	expect(named.filter(({ archive }) => !known.has(archive))).toEqual([]);
});

test("the lines that install are the same in the README and in the manual", () => {
	const readme = pages.find(({ path }) => path === "README.md")?.text ?? "";
	const lines = [
		`curl -fsSL ${base}/latest/download/install.sh | sh`,
		`irm ${base}/latest/download/install.ps1 | iex`,
		"brew install asyrjasalo/tap/dynamic-mcp",
		"npm install -g dynamic-mcp",
	];
	for (const text of [readme, install]) expect(lines.filter((line) => !text.split("\n").includes(line))).toEqual([]);
});

test("the changelog has a section for the version that package.json names", async () => {
	const changelog = await Bun.file(`${repository}/CHANGELOG.md`).text();
	const headings = Array.from(changelog.matchAll(/^## (.+)$/gm), ([, heading = ""]) => heading);
	expect(headings[0]).toMatch(new RegExp(`(?:^|\\s)${RegExp.escape(version)}(?:$|\\s)`));
});
