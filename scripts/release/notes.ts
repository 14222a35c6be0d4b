/**
 * The notes of a release, cut from CHANGELOG.md. A tag that the repository is not ready for is refused:
 *   bun scripts/release/notes.ts v2.0.0     the notes of that release
 *   bun scripts/release/notes.ts            what they would be for package.json's version, released or not
 */
import { join } from "node:path";

export interface Section {
	/** As in `## 2.0.0 (2026-11-30)`; undefined where a heading names no version. */
	readonly version: string | undefined;
	/** Said by the heading, as in `## Unreleased: 2.0.0`. */
	readonly isUnreleased: boolean;
	readonly text: string;
}

/** What lies under each heading of the second level, newest first as in the file. */
export function sectionsOf(changelog: string): Section[] {
	const [, ...parts] = changelog.split(/^## /m);
	return parts.map((part) => {
		const [heading = "", ...lines] = part.split("\n");
		return {
			version: /(?<![\w.])\d+\.\d+\.\d+(?:-[\w.-]+)?(?![\w.])/.exec(heading)?.[0],
			isUnreleased: /\bunreleased\b/i.test(heading),
			text: lines.join("\n").trim(),
		};
	});
}

/** Throws, naming what is to be done, unless the tag, package.json's version and the changelog agree. */
export function notesFor(tag: string, version: string, changelog: string): string {
	if (tag !== `v${version}`) {
		throw new Error(
			`the tag is ${tag}, but package.json says version ${version}: tag v${version}, or change package.json`,
		);
	}
	const section = sectionsOf(changelog).find((section) => section.version === version);
	if (section === undefined) {
		throw new Error(`CHANGELOG.md has no section "## ${version}": write what is new in ${version}`);
	}
	if (section.isUnreleased) {
		throw new Error(`CHANGELOG.md says that ${version} is unreleased: name the section "## ${version}"`);
	}
	return checked(section);
}

/** For trying a release out: an unreleased section will do, too. */
export function upcomingNotes(version: string, changelog: string): string {
	const sections = sectionsOf(changelog);
	const section =
		sections.find((section) => section.version === version) ?? sections.find(({ isUnreleased }) => isUnreleased);
	if (section === undefined) {
		throw new Error(
			`CHANGELOG.md has no section "## ${version}", nor an unreleased one: write what is new in ${version}`,
		);
	}
	return checked(section);
}

function checked({ version = "what is unreleased", text }: Section): string {
	if (text === "") throw new Error(`CHANGELOG.md says nothing under the heading of ${version}`);
	return `${text}\n`;
}

async function main(tag: string | undefined): Promise<void> {
	const top = join(import.meta.dir, "..", "..");
	const { version } = (await Bun.file(join(top, "package.json")).json()) as { version: string };
	const changelog = await Bun.file(join(top, "CHANGELOG.md")).text();
	await Bun.write(
		Bun.stdout,
		tag === undefined ? upcomingNotes(version, changelog) : notesFor(tag, version, changelog),
	);
}

if (import.meta.main) {
	try {
		await main(Bun.argv[2]);
	} catch (error) {
		await Bun.write(Bun.stderr, `release notes: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
