/** Adds up what one session's client is given to read: in memory, by length. No text is kept but the session's own questions. */
import type { Cell, Counted, Kind, Tally } from "./counts.ts";

export interface OpenTally extends Tally {
	/** Whether the client has asked for its tools. */
	readonly isListed: boolean;
	readonly hasEnded: boolean;
	/** What has come since it was last taken. */
	take(): Counted[];
}

/** So many different questions are told apart; those after them count as asked for the first time. */
const maxQuestions = 10_000;

const none = "";

export function createTally(): OpenTally {
	const cells: Readonly<Record<"first" | "repeated" | "result", Map<string, Cell>>> = {
		first: new Map(),
		repeated: new Map(),
		result: new Map(),
	};
	const asked = new Set<string>();
	let listLength = 0;
	/** How much of `listLength` was taken. */
	let takenLength = 0;
	let hasEnded = false;

	function cellOf(kind: keyof typeof cells, name: string): Cell {
		const found = cells[kind].get(name);
		if (found !== undefined) return found;
		const cell = { count: 0, characters: 0, media: 0 };
		cells[kind].set(name, cell);
		return cell;
	}

	function discovery(group: string | undefined, query: string | undefined): Cell {
		const question = JSON.stringify([group, query]);
		const isRepeated = asked.has(question);
		if (asked.size < maxQuestions) asked.add(question);
		return cellOf(isRepeated ? "repeated" : "first", group ?? none);
	}

	function take(): Counted[] {
		const taken: Counted[] = [];
		if (listLength !== takenLength) {
			const isFirst = takenLength === 0;
			taken.push({ ...oneMenu, count: isFirst ? 1 : 0, characters: listLength - takenLength });
			takenLength = listLength;
		}
		for (const [kind, byName] of Object.entries(cells) as [Kind, Map<string, Cell>][]) {
			for (const [name, cell] of byName) {
				if (cell.count > 0) taken.push({ kind, name, ...cell });
				Object.assign(cell, { count: 0, characters: 0, media: 0 });
			}
		}
		return taken;
	}

	return {
		get isListed() {
			return listLength > 0;
		},
		get hasEnded() {
			return hasEnded;
		},
		// A client may ask several times; what counts is the list that it has.
		listed: (characters) => void (listLength = characters),
		discovery,
		result: (group) => cellOf("result", group),
		end: () => void (hasEnded = true),
		take,
	};
}

const oneMenu = { kind: "menu", name: none, media: 0 } as const;
