/** Quotes what stands in a command that a person is to type. Pure. */
import { shellWord } from "../../base/text.ts";

/** As one word, for the shells of the platform. Windows' own take double quotes only, and a backslash for what it is. */
export function typedWord(text: string, platform: NodeJS.Platform = process.platform): string {
	if (platform !== "win32") return shellWord(text);
	return /^[\w@%+=:,.\\/-]+$/.test(text) ? text : `"${text}"`;
}
