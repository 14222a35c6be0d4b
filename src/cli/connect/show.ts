/** What `connect` and `disconnect` show before they write, and how they ask. */
import { parseDocument } from "../../clients/document.ts";
import type { Place, Scope } from "../../clients/types.ts";
import type { ClientFile } from "../client-file.ts";
import { shortPath } from "../import/wording.ts";
import { printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { createAsker, isPersonThere } from "../prompts/ask.ts";
import { diffOf } from "./diff.ts";
import { shortenLines } from "./long-lines.ts";
import { maskerFor } from "./masked.ts";

export interface CommonOptions {
	readonly client: string;
	readonly isGlobal: boolean;
	readonly isProject: boolean;
	readonly isUnattended: boolean;
	readonly isDryRun: boolean;
}

/** Both is as good as neither. */
export function scopeOf({ isGlobal, isProject }: CommonOptions): Scope | undefined {
	return isGlobal === isProject ? undefined : isGlobal ? "global" : "project";
}

interface Shown {
	readonly place: Place;
	readonly file: ClientFile;
	/** What the file is to be; undefined when it is to go. */
	readonly text: string | undefined;
}

/** The difference, without secrets. */
export async function showChange({ place, file, text }: Shown, home: string): Promise<void> {
	const { colours } = surfaceOf("stdout");
	const path = shortPath(place.path, home);
	const [before, after] = [file.text ?? "", text ?? ""];
	const names = { from: file.text === undefined ? "(no file)" : path, to: text === undefined ? "(no file)" : path };
	const documents = [before, after].flatMap((each) => {
		const parsed = parseDocument(each, place.format);
		return "value" in parsed ? [parsed.value] : [];
	});
	const diff = maskerFor(documents, [before, after])(diffOf(before, after, names));
	// Secrets first: half of one would not be known for one.
	const painted = shortenLines(diff.split("\n")).map((line) => {
		if (line.startsWith("---") || line.startsWith("+++")) return colours.bold(line);
		if (line.startsWith("+")) return colours.green(line);
		if (line.startsWith("-")) return colours.red(line);
		return line.startsWith("@@") ? colours.cyan(line) : line;
	});
	await printOut(`${painted.join("\n")}\n`);
}

/** True at once when nobody is to be asked, or is there. */
export async function isAgreed(question: string, { isUnattended }: CommonOptions): Promise<boolean> {
	if (isUnattended || !isPersonThere()) return true;
	const items = [
		{ value: "yes", label: "Yes" },
		{ value: "no", label: "No" },
	];
	return (await createAsker().chooseOne(question, items)) === "yes";
}
