/**
 * What Windows shows of the program: icon, name, version, copyright.
 *
 * Bun sets these only when it compiles on Windows, and says nothing when it cannot. So the Bun executable gets them
 * before anything is compiled into it, on any system.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

import { author, description, license, version } from "../../../package.json";

/** As much of the package `resedit` as is used here. */
interface Resedit {
	readonly NtExecutable: { from(bytes: ArrayBuffer, options: { ignoreCert: boolean }): Executable };
	readonly NtExecutableResource: {
		from(executable: Executable): { readonly entries: Entries; outputResource(executable: Executable): void };
	};
	readonly Data: { readonly IconFile: { from(bytes: ArrayBuffer): { readonly icons: readonly { data: unknown }[] } } };
	readonly Resource: {
		readonly IconGroupEntry: {
			fromEntries(entries: Entries): readonly { readonly id: number | string; readonly lang: number | string }[];
			replaceIconsForResource(entries: Entries, id: number | string, lang: number | string, icons: unknown[]): void;
		};
		readonly VersionInfo: { fromEntries(entries: Entries): readonly VersionInfo[] };
	};
}

type Entries = readonly unknown[];

interface Executable {
	generate(): ArrayBuffer;
}

interface VersionInfo {
	setFileVersion(major: number, minor: number, micro: number, revision: number, lang: number): void;
	setProductVersion(major: number, minor: number, micro: number, revision: number, lang: number): void;
	setStringValues(language: { lang: number; codepage: number }, values: Readonly<Record<string, string>>): void;
	outputToResourceEntries(entries: Entries): void;
}

// An import would bring the package's types, and with them all of the browser's, which change what `Response` and
// `ReadableStream` are in the whole project.
const { NtExecutable, NtExecutableResource, Data, Resource } = createRequire(import.meta.url)("resedit") as Resedit;

/** English of the United States, as UTF-16: what Bun's own resources are in. */
const language = { lang: 1033, codepage: 1200 };

/** What the details of the file's properties show. */
export const properties = {
	ProductName: "dynamic-mcp",
	FileDescription: description,
	CompanyName: author,
	LegalCopyright: `Copyright (c) ${author}. ${license} licence; contains Bun, see THIRD-PARTY-LICENSES.md`,
	InternalName: "dynamic-mcp",
	OriginalFilename: "dynamic-mcp.exe",
	FileVersion: version,
	ProductVersion: version,
} as const;

/** A Bun executable for Windows with our icon and properties in place of Bun's. */
export async function withOurResources(bun: ArrayBuffer): Promise<Uint8Array> {
	const executable = NtExecutable.from(bun, { ignoreCert: true });
	const resources = NtExecutableResource.from(executable);
	const icon = Data.IconFile.from(await readIcon());
	const [group] = Resource.IconGroupEntry.fromEntries(resources.entries);
	const [info] = Resource.VersionInfo.fromEntries(resources.entries);
	if (group === undefined || info === undefined) throw new Error("the Bun for Windows has no icon or no version");
	const images = icon.icons.map(({ data }) => data);
	Resource.IconGroupEntry.replaceIconsForResource(resources.entries, group.id, group.lang, images);
	const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
	info.setFileVersion(major, minor, patch, 0, language.lang);
	info.setProductVersion(major, minor, patch, 0, language.lang);
	info.setStringValues(language, properties);
	info.outputToResourceEntries(resources.entries);
	resources.outputResource(executable);
	return new Uint8Array(executable.generate());
}

export async function readIcon(): Promise<ArrayBuffer> {
	return await Bun.file(join(import.meta.dir, "dynamic-mcp.ico")).arrayBuffer();
}
