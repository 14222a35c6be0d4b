/** Collects the licences of everything that ends up in the executable, for the archives. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

const project = join(import.meta.dir, "..", "..");

export interface Package {
	readonly name: string;
	readonly version: string;
	/** As an SPDX expression. */
	readonly license: string;
	readonly text: string;
}

/** The licences that Bun's own list names without their texts. */
const namedByBun = [
	"MIT",
	"LGPL-2.0-only",
	"LGPL-2.1-only",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"Zlib",
	"ICU",
];

/** The packages whose code is in the executable, by name; found by bundling it. */
export async function bundledPackages(): Promise<Package[]> {
	const { metafile } = await Bun.build({
		entrypoints: [join(project, "src", "main.ts")],
		target: "bun",
		splitting: true,
		metafile: true,
	});
	if (metafile === undefined) throw new Error("the bundler does not tell what it has bundled");
	const names = Object.keys(metafile.inputs).flatMap((path) => packageOf(path) ?? []);
	return await Promise.all(Array.from(new Set(names)).sort().map(readPackage));
}

/** `@scope/name` of the innermost package that a path is in. */
function packageOf(path: string): string | undefined {
	return /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(path)?.[1]?.replace("\\", "/");
}

async function readPackage(name: string): Promise<Package> {
	const folder = join(project, "node_modules", name);
	const { version, license } = (await Bun.file(join(folder, "package.json")).json()) as Record<string, string>;
	const file = (await readdir(folder)).find((each) => /^licen[cs]e(\.|$)/i.test(each));
	if (version === undefined || license === undefined || file === undefined) {
		throw new Error(`the package ${name} has no licence in ${folder}: it cannot be shipped`);
	}
	return { name, version, license, text: (await Bun.file(join(folder, file)).text()).trim() };
}

/** The page that lies beside the executable in every archive. */
export async function thirdPartyLicenses(): Promise<string> {
	const packages = await bundledPackages();
	const texts = await Promise.all(namedByBun.map(async (id) => section(id, await spdxText(id))));
	return [
		"# What dynamic-mcp contains\n\nThe executable contains Bun and the packages below, each under its own licence.",
		...packages.map(({ name, version, license, text }) => section(`${name} ${version} (${license})`, text)),
		`## Bun ${Bun.version}\n\n${await bunLicenses()}`,
		"# The licences named above",
		...texts,
	].join("\n\n");
}

function section(title: string, text: string): string {
	return `## ${title}\n\n\`\`\`\n${text}\n\`\`\``;
}

async function bunLicenses(): Promise<string> {
	const page = join(project, "node_modules", "bun-types", "docs", "project", "license.mdx");
	const text = await Bun.file(page).text();
	return text
		.replace(/^---\n.*?\n---\n/s, "")
		.replaceAll(/^(#+) /gm, "#$1 ")
		.trim();
}

async function spdxText(id: string): Promise<string> {
	const file = join(project, "node_modules", "spdx-license-list", "licenses", `${id}.json`);
	const { licenseText } = (await Bun.file(file).json()) as { licenseText: string };
	return licenseText.trim();
}
