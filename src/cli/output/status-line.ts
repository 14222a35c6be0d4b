/** One line on stderr that says what is being waited for. */
import type { Surface } from "./surface.ts";
import { cut } from "./wrap.ts";

export interface StatusLine {
	/** In place of what it said before. */
	show(text: string): void;
	/** Takes it away, so that something else can be printed. */
	clear(): void;
}

const eraseLine = "\r\u001B[2K";

/** Nothing is ever written where nobody sits at a terminal, or at one that cannot take it back. */
export function createStatusLine(
	{ canErase, width, colours }: Surface,
	write: (text: string) => void = (text) => void process.stderr.write(text),
): StatusLine {
	let shown = "";
	function show(text: string): void {
		const line = cut(text, width - 1);
		if (!canErase || line === shown) return;
		write(eraseLine + colours.dim(line));
		shown = line;
	}
	function clear(): void {
		if (shown !== "") write(eraseLine);
		shown = "";
	}
	return { show, clear };
}
