import { expect, test } from "bun:test";

import { bundledPackages } from "./licenses.ts";
import { makeSbom, sbomOf } from "./sbom.ts";

interface Sbom {
	readonly components: readonly { readonly name: string; readonly "bom-ref": string }[];
	readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const program = {
	name: "dynamic-mcp",
	version: "2.0.0",
	description: "One server",
	license: "MIT",
	homepage: "https://example.com",
	packageManager: "bun@1.4.5",
};

test("what is in the executable is listed: the packages it bundles, and Bun", async () => {
	const { components } = JSON.parse(await makeSbom()) as Sbom;
	const names = components.map(({ name }) => name);
	expect(names).toEqual(["bun", ...(await bundledPackages()).map(({ name }) => name)]);
	expect(names).toEqual(expect.arrayContaining(["ajv", "citty", "consola", "valibot"]));
});

test("what is only installed is not listed", async () => {
	const { components } = JSON.parse(await makeSbom()) as Sbom;
	const names = components.map(({ name }) => name);
	for (const name of ["express", "fast-check", "oxlint"]) expect(names).not.toContain(name);
});

test("two runs make the same text, so that a rebuilt release has the same attestation", async () => {
	expect(await makeSbom()).toBe(await makeSbom());
});

test("every component is one that the program depends on, and each reference leads to one", async () => {
	const { components, dependencies } = JSON.parse(await makeSbom()) as Sbom;
	const references = components.map((component) => component["bom-ref"]);
	expect(new Set(references).size).toBe(references.length);
	expect(dependencies[0]!.dependsOn).toEqual(references);
	expect(dependencies.slice(1).map(({ ref }) => ref)).toEqual(references);
});

test("a package is named by its URL, its licence, and the checksum in bun.lock, in hex", () => {
	const integrity = `sha512-${Buffer.from("00ff".repeat(32), "hex").toString("base64")}`;
	const locked = { name: "@scope/one", version: "1.2.3", license: "ISC", integrity };
	expect(sbomOf(program, [locked])).toMatchObject({
		components: [
			{ name: "bun", version: "1.4.5", purl: "pkg:github/oven-sh/bun@bun-v1.4.5" },
			{
				name: "@scope/one",
				version: "1.2.3",
				purl: "pkg:npm/%40scope/one@1.2.3",
				licenses: [{ expression: "ISC" }],
				hashes: [{ alg: "SHA-512", content: "00ff".repeat(32) }],
			},
		],
	});
});

test("a checksum of another kind is refused", () => {
	const locked = { name: "one", version: "1.0.0", license: "MIT", integrity: "sha1-AAAA" };
	expect(() => sbomOf(program, [locked])).toThrow("not SHA-512: sha1-AAAA");
});
