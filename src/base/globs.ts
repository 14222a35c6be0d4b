/** Patterns for names, as shells have them for files. Pure. */

export type NameTest = (name: string) => boolean;

export interface NameRules {
	/** Undefined is every name, an empty list is none. */
	readonly allow?: readonly string[] | undefined;
	/** Has the last word. */
	readonly deny?: readonly string[] | undefined;
}

/** Whether `allow` lets a name through and `deny` does not stop it; both are lists of patterns, as for `matchesAny`. */
export function nameFilter({ allow, deny = [] }: NameRules): NameTest {
	const isAllowed = allow === undefined ? () => true : matchesAny(allow);
	const isDenied = matchesAny(deny);
	return (name) => isAllowed(name) && !isDenied(name);
}

/**
 * Whether a name matches one of the patterns. `*` is any text, `?` any character, `[a-z]` one of these, `[!a-z]` none of
 * these, `{a,b}` either; after `\` a character means itself. Case counts.
 *
 * Nothing else has a meaning: neither `/`, nor a `!` at the start. A pattern also matches the name that is spelled like it.
 */
export function matchesAny(patterns: readonly string[]): NameTest {
	if (patterns.length === 0) return () => false;
	const exact = new Set(patterns);
	const globs = patterns.filter((pattern) => /[*?[{\\]/.test(pattern)).map((pattern) => new Bun.Glob(asGlob(pattern)));
	return (name) => {
		if (exact.has(name)) return true;
		if (globs.length === 0) return false;
		const text = name.replaceAll("/", slash).replaceAll("\\", backslash);
		return globs.some((glob) => glob.match(text));
	};
}

/** In place of what `Bun.Glob` takes for the end of a folder's name, which `*` would not go beyond. No characters. */
const slash = "\uFFFF";
const backslash = "\uFFFE";

function asGlob(pattern: string): string {
	const text = pattern.replaceAll(/\\\\|\\?\//g, (found) => (found.endsWith("/") ? slash : backslash));
	// `Bun.Glob` would turn the pattern's meaning round.
	return text.startsWith("!") ? `\\${text}` : text;
}
