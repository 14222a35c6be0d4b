/** Reads arguments as a person types them: `key=value` and `key:=json`. Pure. */
import { UserError } from "../../base/errors.ts";

export interface Word {
	readonly key: string;
	readonly value: string;
	/** Typed with `:=`: the value is JSON as it is. */
	readonly isJson: boolean;
}

/** Throws `UserError` for what is neither. */
export function readWords(words: readonly string[]): Word[] {
	return words.map((word) => {
		const [, key = "", sign, value = ""] = /^([^=]*?)(:?=)(.*)$/s.exec(word) ?? [];
		if (sign === undefined || key === "") {
			throw new UserError(`unexpected argument "${word}"`, {
				hint: "Arguments are written as key=value, or as key:=json for JSON as it is.",
			});
		}
		return { key, value, isJson: sign === ":=" };
	});
}

/** In the order in which the keys first came. */
export function byKey(words: readonly Word[]): Map<string, Word[]> {
	const keys = new Map<string, Word[]>();
	for (const word of words) keys.set(word.key, [...(keys.get(word.key) ?? []), word]);
	return keys;
}
