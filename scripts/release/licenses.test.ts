import { expect, test } from "bun:test";

import { bundledPackages, thirdPartyLicenses } from "./licenses.ts";

test("every package in the executable is there with its licence, and so is Bun", async () => {
	const packages = await bundledPackages();
	expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["ajv", "citty", "fast-uri", "valibot"]));
	const page = await thirdPartyLicenses();
	for (const { name, version, license, text } of packages) {
		expect(page).toContain(`## ${name} ${version} (${license})`);
		expect(page).toContain(text);
	}
	expect(page).toContain(`## Bun ${Bun.version}`);
	expect(page).toContain("GNU LIBRARY GENERAL PUBLIC LICENSE");
});

test("all of them may be shipped in a program under the MIT licence", async () => {
	const licenses = new Set((await bundledPackages()).map(({ license }) => license));
	const allowed = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];
	expect(Array.from(licenses).filter((license) => !allowed.includes(license))).toEqual([]);
});
