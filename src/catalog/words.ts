/** The words of a text as the search compares them. Pure, and nothing here throws. */

/** Lower-case words; `readTextFile`, `read_text_file` and `read-text-file` are the same three. */
export function wordsOf(text: string): string[] {
	return tokensOf(text).flatMap(partsOf);
}

/** Names like `GitHub` and `readFile` in one piece, in lower case. */
export function wholesOf(text: string): string[] {
	return tokensOf(text)
		.filter((token) => partsOf(token).length > 1)
		.map((token) => token.toLowerCase());
}

/** Longer words are cut off: nobody writes them, and comparing them takes long. */
const longestWord = 64;

function tokensOf(text: string): string[] {
	const tokens = text.normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
	return tokens.map((token) => token.slice(0, longestWord));
}

function partsOf(token: string): string[] {
	const lower = token.toLowerCase();
	if (token.slice(1) === lower.slice(1)) return [lower];
	const spaced = token.replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ");
	return spaced.toLowerCase().split(" ");
}

/** One form for `file`, `files`; `merge`, `merges`, `merged`, `merging`; `query`, `queries`. Not always a word. */
export function stemOf(word: string): string {
	if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
	const singular = withoutPlural(word);
	const bare = /^(?<bare>.*[aeiouy].*)(?:ing|ed)$/.exec(singular)?.groups?.["bare"];
	const stem = bare === undefined || bare.length < 3 ? singular : bare.replace(/([^aeiousl])\1$/, "$1");
	return stem.length > 3 && stem.endsWith("e") ? stem.slice(0, -1) : stem;
}

function withoutPlural(word: string): string {
	if (/(?:ies|ied)$/.test(word)) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
	if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
	return /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
}

const empty: ReadonlySet<string> = new Set(
	(
		"a am an and any are as at be been by can could do does for from give has have how i if in into is it its let like " +
		"me my need of on or our please some should so that the their them there these this those to us want was we were " +
		"what when where which who will with would you your via using tool tools"
	).split(" "),
);

export const stemsOf = (text: string): string[] => wordsOf(text).map(stemOf);

/**
 * The words of a query without those that say nothing, unless it has no others; each once.
 * A name like `GitHub` is one word if it is known as one.
 */
export function tellingWordsOf(query: string, isKnown: (word: string) => boolean): string[] {
	const words = tokensOf(query).flatMap((token) => {
		const whole = token.toLowerCase();
		return isKnown(whole) ? [whole] : partsOf(token);
	});
	const first = words.slice(0, maxWords);
	const telling = first.filter((word) => !empty.has(word));
	return [...new Set(telling.length === 0 ? first : telling)];
}

/** Two or three words that stand together, as one: `time zone` and `timeZone` are `timezone`. */
export function joinedOf(query: string): string[] {
	const words = wordsOf(query).slice(0, maxWords);
	return words.flatMap((_, at) =>
		[2, 3].filter((count) => at + count <= words.length).map((count) => words.slice(at, at + count).join("")),
	);
}

/** Of a query; what follows is not searched for. */
const maxWords = 32;
