/**
 * Asks a person at a terminal. The prompts of consola take no text under Bun 1.4.5 (what is typed never gets to them), and
 * show a question twice when it is answered, so these are our own, on `node:readline`.
 */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { isatty } from "node:tty";

import { surfaceOf } from "../output/surface.ts";
import { answerLine, chosen, type Key, listFrame, type ListItem, type ListState, press } from "./list.ts";

/** The person has pressed Ctrl-C or Escape in place of an answer. */
export class Interrupted extends Error {
	override readonly name = "Interrupted";

	constructor() {
		super("interrupted by a key");
	}
}

/** Every question rejects with `Interrupted` when it is not answered. */
export interface Asker {
	/** One of the items' values. */
	chooseOne(question: string, items: readonly ListItem[]): Promise<string>;
	/** Any number of the items' values, in their order; `ticked` are those that are so from the start. */
	chooseSeveral(question: string, items: readonly ListItem[], ticked?: readonly string[]): Promise<string[]>;
	/** A line of text without blanks around it; `first` can be edited. */
	text(question: string, first: string): Promise<string>;
}

/** Whether there is somebody to ask. */
export function isPersonThere(): boolean {
	return isatty(0) && isatty(1);
}

/** Asks on stdin and stdout, which are a terminal. */
export function createAsker(): Asker {
	return {
		async chooseOne(question, items) {
			const [first = ""] = await chooseFrom(question, { items, at: 0, ticked: undefined });
			return first;
		},
		chooseSeveral(question, items, ticked = items.map(({ value }) => value)) {
			return chooseFrom(question, { items, at: 0, ticked: new Set(ticked) });
		},
		text: askText,
	};
}

const eraseDown = "\u001B[J";
const up = (lines: number) => (lines === 0 ? "\r" : `\r\u001B[${lines}A`);

async function chooseFrom(question: string, first: ListState): Promise<string[]> {
	const { colours, width } = surfaceOf("stdout");
	const options = { question, colours, width, height: process.stdout.rows || 24 };
	let state = first;
	let lines = 0;
	function draw(): void {
		const frame = listFrame(state, options);
		process.stdout.write(`${up(lines)}${eraseDown}${frame.join("\n")}`);
		lines = frame.length - 1;
	}
	try {
		const reading = { isListShown: true, onOpen: draw } as const;
		await untilEnter(reading, (key) => {
			const next = press(state, key);
			if (next === state) return;
			state = next;
			draw();
		});
	} finally {
		process.stdout.write(`${up(lines)}${eraseDown}`);
	}
	const values = chosen(state);
	const labels = state.items
		.filter(({ value }) => values.includes(value))
		.map(({ label }) => label.replaceAll(/ {2,}/g, " "));
	process.stdout.write(`${answerLine(question, labels.join(", ") || "none", options)}\n`);
	return values;
}

async function askText(question: string, first: string): Promise<string> {
	const { colours } = surfaceOf("stdout");
	process.stdout.write(`${colours.bold(`? ${question}`)}\n`);
	return (await untilEnter({ isListShown: false, first }, () => {})).trim();
}

/** `onOpen` is called when keys are understood, so that nobody presses one too early. */
type Reading =
	{ readonly isListShown: true; readonly onOpen: () => void } | { readonly isListShown: false; readonly first: string };

/** Resolves with the line that is there when Enter is pressed. */
async function untilEnter(reading: Reading, onKey: (key: Key) => void): Promise<string> {
	const { promise, resolve, reject } = Promise.withResolvers<string>();
	const lines = openLines(reading);
	function onKeypress(_text: string | undefined, key: Key | undefined): void {
		if (key?.name === "escape") reject(new Interrupted());
		else onKey(key ?? {});
	}
	lines.once("line", resolve);
	lines.once("SIGINT", () => reject(new Interrupted()));
	// The terminal is gone, or Ctrl-D was pressed.
	lines.once("close", () => reject(new Interrupted()));
	process.stdin.on("keypress", onKeypress);
	if (reading.isListShown) reading.onOpen();
	try {
		return await promise;
	} catch (error) {
		if (!reading.isListShown) process.stdout.write("\n");
		throw error;
	} finally {
		process.stdin.off("keypress", onKeypress);
		lines.removeAllListeners();
		lines.close();
	}
}

function openLines(reading: Reading): Interface {
	const common = { input: process.stdin, terminal: true, prompt: "  > ", escapeCodeTimeout: 50, historySize: 0 };
	if (reading.isListShown) {
		// What is typed is not to be seen: the list shows what it does.
		const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
		return createInterface({ ...common, output: nowhere });
	}
	const lines = createInterface({ ...common, output: process.stdout });
	lines.prompt();
	lines.write(reading.first);
	return lines;
}
