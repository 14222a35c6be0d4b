/** Everything a process wrote to stdout, line by line, and a way to wait for the line one is looking for. */
import { isJsonRpc } from "./messages.ts";

export interface Line {
	text: string;
	/** The parsed JSON, or undefined when the line is no UTF-8 or no JSON. */
	value: unknown;
}

export interface MessageLog {
	readonly lines: readonly Line[];
	append: (bytes: Uint8Array) => void;
	/**
	 * Resolves with the first line that satisfies `wanted` and that no earlier call was given, past or future. Undefined
	 * when there is none within the time, or the output has ended.
	 */
	claim(wanted: (value: unknown) => boolean, withinMs: number): Promise<unknown>;
	/** No more lines will come: whoever still waits is told. */
	end(): void;
	/** The lines that are no JSON-RPC, empty ones included. */
	strangers(): string[];
}

interface Waiter {
	wanted: (value: unknown) => boolean;
	settle: (value: unknown) => void;
}

export function createMessageLog(): MessageLog {
	const lines: Line[] = [];
	const unclaimed = new Set<Line>();
	const waiters = new Set<Waiter>();
	let hasEnded = false;

	const append = (bytes: Uint8Array) => {
		const line = readLine(bytes);
		lines.push(line);
		const waiter = [...waiters].find(({ wanted }) => wanted(line.value));
		if (waiter === undefined) unclaimed.add(line);
		else waiter.settle(line.value);
	};

	const claim = (wanted: Waiter["wanted"], withinMs: number) => {
		const known = [...unclaimed].find(({ value }) => wanted(value));
		if (known !== undefined) {
			unclaimed.delete(known);
			return Promise.resolve(known.value);
		}
		if (hasEnded) return Promise.resolve(undefined);
		return new Promise<unknown>((resolve) => {
			const timer = setTimeout(() => waiter.settle(undefined), withinMs);
			const waiter: Waiter = {
				wanted,
				settle(value) {
					clearTimeout(timer);
					waiters.delete(waiter);
					resolve(value);
				},
			};
			waiters.add(waiter);
		});
	};

	return {
		lines,
		append,
		claim,
		end() {
			hasEnded = true;
			for (const waiter of waiters) waiter.settle(undefined);
		},
		strangers: () => lines.filter(({ value }) => !isJsonRpc(value)).map(({ text }) => text),
	};
}

function readLine(bytes: Uint8Array): Line {
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		return { text, value: parse(text) };
	} catch {
		// Not UTF-8: kept with replacement characters, so that it can be shown, and without a value.
		return { text: new TextDecoder().decode(bytes), value: undefined };
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // The caller sees by the missing value that it is no JSON.
	}
}
