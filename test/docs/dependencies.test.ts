/** docs/dependencies.md says what the executable is made of: no more, no less, and under which licences. */
import { beforeAll, describe, expect, test } from "bun:test";

import { dependencies, packageManager } from "../../package.json";
import { bundledPackages } from "../../scripts/release/licenses.ts";
import { repository, tablesUnder } from "../helpers/markdown.ts";

interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly license?: string;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly scripts?: Readonly<Record<string, string>>;
}

const page = await Bun.file(`${repository}/docs/dependencies.md`).text();
const modules = `${repository}/node_modules`;

const manifestOf = (name: string): Promise<Manifest> => Bun.file(`${modules}/${name}/package.json`).json();

/** Rows of a table, their first cell without its backticks. */
function rowsUnder(heading: string): string[][] {
	return tablesUnder(page, heading).map(([name = "", ...others]) => [name.replaceAll("`", ""), ...others]);
}

const own = rowsUnder("Packages of our own choice");
const others = rowsUnder("Packages that come with them");

let bundled: readonly string[] = [];

beforeAll(async () => {
	bundled = (await bundledPackages()).map(({ name }) => name);
});

test("the page names every package of package.json, and no other", () => {
	expect(own.map(([name]) => name)).toEqual(Object.keys(dependencies));
	expect(Object.fromEntries(own.map(([name, version]) => [name, version]))).toEqual(dependencies);
});

test("what the program is put together from is on the page, each as what it is", () => {
	expect(bundled).toContain("ajv");
	const claimed = own.filter((row) => row[3] === "yes").map(([name = ""]) => name);
	expect([...claimed, ...others.map(([name = ""]) => name)].sort()).toEqual([...bundled]);
	expect(own.filter((row) => row[3] !== "yes" && row[3] !== "no")).toEqual([]);
});

const rows = [...own, ...others].map((row) => [row[0] ?? "", row] as const);

describe("of each package", () => {
	test.each(rows)("%s version and licence are those that are installed", async (name, [, version, license]) => {
		const manifest = await manifestOf(name);
		expect({ version, license }).toEqual({ version: manifest.version, license: manifest.license });
	});

	test.each(rows)("%s the licence is one of those that are allowed", (_name, [, , license = ""]) => {
		const [, list = ""] = /^- Licences: (.+?)\. /m.exec(page) ?? [];
		const allowed = list.split(/, | and /);
		expect(allowed).toContain("MIT");
		expect(allowed).toContain(license);
	});

	test.each(rows)("%s there is a reason", (_name, row) => {
		expect(row.at(-1)?.length ?? 0).toBeGreaterThan(4);
	});
});

test.each(others.map((row) => [row[0] ?? "", row[3] ?? ""] as const))(
	"%s is there because of %s",
	async (name, needer) => {
		const manifest = await manifestOf(needer.replaceAll("`", ""));
		expect(Object.keys(manifest.dependencies ?? {})).toContain(name);
	},
);

test("the Bun that is named is the one that everything is built with", () => {
	const [[, version] = []] = tablesUnder(page, "The runtime");
	expect(`bun@${version}`).toBe(packageManager);
});

test("no installed package has a script that is run when it is installed", async () => {
	const globs = ["*/package.json", "@*/*/package.json", "**/node_modules/*/package.json"].map(
		(pattern) => new Bun.Glob(pattern),
	);
	const paths = (await Promise.all(globs.map((glob) => Array.fromAsync(glob.scan({ cwd: modules }))))).flat();
	const manifests = await Promise.all(
		[...new Set(paths)].map((path) => Bun.file(`${modules}/${path}`).json() as Promise<Manifest>),
	);
	expect(manifests.length).toBeGreaterThan(100);
	const running = manifests.filter(({ scripts = {} }) =>
		["preinstall", "install", "postinstall"].some((name) => name in scripts),
	);
	expect(running.map(({ name }) => name)).toEqual([]);
});

test("versions are exact, and nothing is trusted with scripts", async () => {
	const manifest = (await Bun.file(`${repository}/package.json`).json()) as Record<string, Record<string, string>>;
	const all = { ...manifest["dependencies"], ...manifest["devDependencies"] };
	expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
	expect(manifest).not.toHaveProperty("trustedDependencies");
});
