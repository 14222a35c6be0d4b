/** Prints a result's parts, and saves those that are no text. */
import { printError, printOut } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import { type Surface, surfaceOf } from "../output/surface.ts";
import { type Part, sizeText } from "./content.ts";
import { numbered, saveAs } from "./save.ts";

export interface PrintOptions {
	/** The file of `--output`. */
	readonly output: string | undefined;
	/** The result is an error: what it says goes to stderr. */
	readonly isError?: boolean;
}

/** Text is printed as it is, but to a terminal without what a terminal takes for commands. Bytes are never printed. */
export async function printParts(parts: readonly Part[], { output, isError = false }: PrintOptions): Promise<void> {
	const binaries = parts.filter((part) => part.kind === "binary");
	if (output !== undefined && !isError) {
		const texts = parts.filter((part) => part.kind === "text");
		const saved = binaries.length > 0 ? binaries.map(({ bytes }) => bytes) : [texts.map(({ text }) => text).join("\n")];
		for (const [index, content] of saved.entries()) {
			const path = numbered(output, index);
			await saveAs(path, content);
			await printError(`Saved ${describe(binaries[index], content)} as ${path}.`);
		}
		if (binaries.length === 0) return;
	}
	const surface = surfaceOf(isError ? "stderr" : "stdout");
	const lines = parts.filter((part) => output === undefined || part.kind !== "binary" || isError);
	const print = isError ? printError : printOut;
	for (const part of lines) await print(textOf(part, surface));
	if (binaries.length > 0 && output === undefined && surface.isTerminal && !isError) {
		await printError(surface.colours.dim("--output <file> saves it."));
	}
}

function textOf(part: Part, { isTerminal, colours }: Surface): string {
	const shown = (text: string) => (isTerminal ? printable(text) : text);
	switch (part.kind) {
		case "text":
			return shown(part.text);
		case "binary":
			return colours.dim(
				printable(`[${part.what}: ${describe(part, part.bytes)}${part.uri === undefined ? "" : `, ${part.uri}`}]`),
			);
		case "link":
			return `${shown(part.uri)}${part.note === "" ? "" : `  ${colours.dim(printable(part.note))}`}`;
		case "other":
			return shown(JSON.stringify(part.value, undefined, 2));
		default:
			return part satisfies never;
	}
}

function describe(part: Part | undefined, content: string | Uint8Array): string {
	const size = sizeText(typeof content === "string" ? Buffer.byteLength(content) : content.byteLength);
	return printable(part?.kind === "binary" ? `${part.mimeType}, ${size}` : `${size} of text`);
}
