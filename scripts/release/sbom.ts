/**
 * The software bill of materials of a release, as CycloneDX: what is in the executable, and nothing that is only
 * installed next to it. The same for every target, and the same for every run on one commit.
 *   bun scripts/release/sbom.ts > dynamic-mcp.cdx.json
 */
import { join } from "node:path";

import { bundledPackages, type Package } from "./licenses.ts";

const project = join(import.meta.dir, "..", "..");

export interface Program {
	readonly name: string;
	readonly version: string;
	readonly description: string;
	readonly license: string;
	readonly homepage: string;
	/** As in `bun@1.4.5`: the runtime that is part of the executable. */
	readonly packageManager: string;
}

/** A package with the checksum that bun.lock has of its archive, as in `sha512-…=`. */
export interface Locked extends Omit<Package, "text"> {
	readonly integrity: string;
}

export function sbomOf(program: Program, packages: readonly Locked[]): Record<string, unknown> {
	const reference = purl("generic", program.name, program.version);
	const [, runtimeVersion = ""] = program.packageManager.split("@");
	const runtime = purl("github", "oven-sh/bun", `bun-v${runtimeVersion}`);
	const components = packages.map((one) => ({ ...one, purl: purl("npm", one.name, one.version) }));
	return {
		$schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: {
			component: {
				type: "application",
				"bom-ref": reference,
				name: program.name,
				version: program.version,
				description: program.description,
				licenses: [{ expression: program.license }],
				purl: reference,
				externalReferences: [{ type: "website", url: program.homepage }],
			},
		},
		components: [
			{
				type: "platform",
				"bom-ref": runtime,
				name: "bun",
				version: runtimeVersion,
				description: "The JavaScript runtime in the executable; THIRD-PARTY-LICENSES.md names what it is linked with",
				// Its own licence, and that of JavaScriptCore.
				licenses: [{ expression: "MIT AND LGPL-2.0-only" }],
				purl: runtime,
			},
			...components.map(({ name, version, license, integrity, purl }) => ({
				type: "library",
				"bom-ref": purl,
				name,
				version,
				hashes: [{ alg: "SHA-512", content: sha512Hex(integrity) }],
				licenses: [{ expression: license }],
				purl,
			})),
		],
		dependencies: [
			{ ref: reference, dependsOn: [runtime, ...components.map(({ purl }) => purl)] },
			{ ref: runtime },
			...components.map(({ purl }) => ({ ref: purl })),
		],
	};
}

/** A package URL; `@scope/name` becomes `%40scope/name`. */
function purl(type: string, name: string, version: string): string {
	return `pkg:${type}/${name.replace("@", "%40")}@${version}`;
}

function sha512Hex(integrity: string): string {
	const [algorithm, base64 = ""] = integrity.split(/-(.*)/);
	if (algorithm !== "sha512") throw new Error(`bun.lock has a checksum that is not SHA-512: ${integrity}`);
	return Buffer.from(base64, "base64").toString("hex");
}

async function withChecksums(packages: readonly Package[]): Promise<Locked[]> {
	const lock = Bun.JSONC.parse(await Bun.file(join(project, "bun.lock")).text()) as {
		packages: Record<string, readonly unknown[]>;
	};
	return packages.map((one) => {
		const integrity = lock.packages[one.name]?.at(-1);
		if (typeof integrity !== "string") throw new Error(`bun.lock has no checksum of ${one.name}`);
		return { ...one, integrity };
	});
}

export async function makeSbom(): Promise<string> {
	const program = (await Bun.file(join(project, "package.json")).json()) as Program;
	return `${JSON.stringify(sbomOf(program, await withChecksums(await bundledPackages())), undefined, "\t")}\n`;
}

if (import.meta.main) await Bun.write(Bun.stdout, await makeSbom());
