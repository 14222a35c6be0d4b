/** Which build of the program this is; a run from source knows only its version. */
import { version } from "../../package.json";

// Put in by scripts/release/build-constants.ts when the binary is compiled.
declare const BUILD_COMMIT: string | undefined;
declare const BUILD_DATE: string | undefined;
declare const BUILD_TARGET: string | undefined;

export interface Build {
	readonly version: string;
	/** Short; with `+changes` when it was built from files that were not committed. Empty when unknown. */
	readonly commit: string;
	/** The commit's, as `YYYY-MM-DD`. Empty when unknown. */
	readonly date: string;
	/** As in the names of the release's archives: `linux-x86_64`. Empty when run from source. */
	readonly target: string;
}

export const build: Build = {
	version,
	commit: typeof BUILD_COMMIT === "string" ? BUILD_COMMIT : "",
	date: typeof BUILD_DATE === "string" ? BUILD_DATE : "",
	target: typeof BUILD_TARGET === "string" ? BUILD_TARGET : "",
};

/** `dynamic-mcp 2.0.0 (1a2b3c4 2026-11-22 linux-x86_64)`. Scripts may take the second word. */
export function describeBuild({ version, commit, date, target }: Build): string {
	const details = [commit, date, target].filter((detail) => detail !== "").join(" ");
	return `dynamic-mcp ${version}${details === "" ? "" : ` (${details})`}`;
}
