/** A list to choose from with the keys of a terminal: what a key changes, and how it looks. Pure. */
import type { Colours } from "../output/surface.ts";
import { cut } from "../output/wrap.ts";

export interface ListItem {
	readonly value: string;
	readonly label: string;
	/** Shown behind the label. */
	readonly hint?: string;
}

export interface ListState {
	readonly items: readonly ListItem[];
	/** The index of the item that the person stands at. */
	readonly at: number;
	/** The values that are ticked; undefined where exactly one is to be chosen, which is the one at `at`. */
	readonly ticked: ReadonlySet<string> | undefined;
}

/** As `node:readline` names a key. */
export interface Key {
	readonly name?: string | undefined;
	readonly ctrl?: boolean | undefined;
}

/** Another state for a key that changes something, the same one for any other. */
export function press(state: ListState, { name = "", ctrl }: Key): ListState {
	const { items, at, ticked } = state;
	const move = (by: number) => ({ ...state, at: (at + by + items.length) % items.length });
	if (ctrl) return state;
	switch (name) {
		case "up":
		case "k":
			return move(-1);
		case "down":
		case "j":
			return move(1);
		case "home":
			return { ...state, at: 0 };
		case "end":
			return { ...state, at: items.length - 1 };
		case "space":
			return ticked === undefined ? state : { ...state, ticked: toggled(ticked, items[at]?.value ?? "") };
		case "a":
			return ticked === undefined ? state : { ...state, ticked: allOrNone(items, ticked) };
		default:
			return state;
	}
}

function toggled(ticked: ReadonlySet<string>, value: string): ReadonlySet<string> {
	const others = new Set(ticked);
	if (!others.delete(value)) others.add(value);
	return others;
}

function allOrNone(items: readonly ListItem[], ticked: ReadonlySet<string>): ReadonlySet<string> {
	return new Set(ticked.size === items.length ? [] : items.map(({ value }) => value));
}

/** The values chosen, in the order of the list. */
export function chosen({ items, at, ticked }: ListState): string[] {
	return items
		.filter(({ value }, index) => (ticked === undefined ? index === at : ticked.has(value)))
		.map(({ value }) => value);
}

export interface FrameOptions {
	readonly question: string;
	readonly colours: Colours;
	readonly width: number;
	/** Lines that the whole may take. */
	readonly height: number;
}

/** The lines of the list while it is being chosen from. None is wider than `width`. */
export function listFrame(state: ListState, { question, colours, width, height }: FrameOptions): string[] {
	const { items, at, ticked } = state;
	const keys = ticked === undefined ? "arrows, Enter" : "arrows, Space, a for all, Enter";
	const room = Math.max(3, height - 3);
	const first = Math.max(0, Math.min(at - Math.floor(room / 2), items.length - room));
	const shown = items.slice(first, first + room).map((item, index) => {
		const isHere = first + index === at;
		const box = ticked === undefined ? "" : ticked.has(item.value) ? "[x] " : "[ ] ";
		const line = `${isHere ? ">" : " "} ${cut(box + item.label, width - 3)}`;
		const hint = item.hint === undefined ? "" : cut(item.hint, Math.max(1, width - 3 - Bun.stringWidth(line)));
		return `${isHere ? colours.cyan(line) : line}${hint.length > 1 ? `  ${colours.dim(hint)}` : ""}`;
	});
	const left = items.length - shown.length;
	const more = left > 0 ? [colours.dim(`  … ${left} more`)] : [];
	return [colours.bold(cut(`? ${question}`, width - 1)), ...shown, ...more, colours.dim(`  ${cut(keys, width - 3)}`)];
}

/** The one line that is left of a question when it is answered. */
export function answerLine(
	question: string,
	answer: string,
	{ colours, width }: Omit<FrameOptions, "question">,
): string {
	return `${colours.dim(cut(`? ${question}`, width - 1))}\n  ${cut(answer, width - 3)}`;
}
