/** Finds what other clients would fill in, and we take as it stands. Pure. */

export interface ForeignVariable {
	/** As it is written, as in `{env:TOKEN}`. */
	readonly reference: string;
	/** What to do about it. */
	readonly advice: string;
}

/** How it is written elsewhere; the first group is the name that our own way would have. */
const spellings: readonly (readonly [pattern: RegExp, advice: (name: string) => string])[] = [
	[/\$\{input:([^{}]+)\}/, (name) => `write \${${variableName(name)}} and set that variable`],
	[/\$\{\{[^{}]*\}\}/, () => "write ${NAME}"],
	[/(?<!\$)\{env:([A-Za-z_]\w*)\}/, (name) => `write \${${name}}`],
	[/\{file:[^{}]+\}/, () => 'put the value into a variable, or into a file that "envFile" names'],
	[/\$\{(?!env:)[a-zA-Z]+:(?!-)[^{}]+\}/, () => "write the value itself"],
	[/\$\{[ \t]*([A-Za-z_]\w*)[ \t]+\}|\$\{[ \t]+([A-Za-z_]\w*)\}/, (name) => `write \${${name}}`],
	[/^%([A-Z_][A-Z0-9_]{2,})%|(?<=[\\/:=; ])%([A-Z_][A-Z0-9_]{2,})%/, (name) => `write \${${name}}`],
	[/\$env:([A-Za-z_]\w*)/, (name) => `write \${${name}}`],
	// Only what is surely a name, because it will be shown: a password may hold a dollar sign.
	[/^(?:Bearer |Basic |token )?\$([A-Z]+(?:_[A-Z]+)+|TOKEN|HOME|PATH|USER)$/, (name) => `write \${${name}}`],
];

/** The first of them; undefined when there is none, which most texts tell at a glance. */
export function foreignVariable(text: string): ForeignVariable | undefined {
	if (!/[$%{]/.test(text)) return undefined;
	for (const [pattern, advice] of spellings) {
		const found = pattern.exec(text);
		if (found === null || found[0].length > 60) continue;
		const reference = found[0].replace(/^(?:Bearer|Basic|token) /, "");
		return { reference, advice: advice(found[1] ?? found[2] ?? "") };
	}
	return undefined;
}

/** Of a name that no shell could give a variable, the nearest that one can: `tracker-token` is `TRACKER_TOKEN`. */
export function variableName(text: string): string {
	const name = text.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
	return (/^\d/.test(name) ? `_${name}` : name).replace(/(?<=.)_+$/, "");
}
