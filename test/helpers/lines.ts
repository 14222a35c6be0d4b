/** Cuts chunks of bytes into lines, in time linear to their size. */

export interface LineCutter {
	/** Reports every line that ends within `chunk`. */
	push: (chunk: Uint8Array) => void;
	/** The bytes after the last line end. */
	rest(): Uint8Array;
}

/** `onLine` gets each line without its `\n`. */
export function createLineCutter(onLine: (line: Uint8Array) => void): LineCutter {
	let held: Uint8Array[] = [];
	const take = () => {
		const [first = new Uint8Array()] = held;
		const whole = held.length > 1 ? Buffer.concat(held) : first;
		held = [];
		return whole;
	};
	return {
		push(chunk) {
			let start = 0;
			for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
				held.push(chunk.subarray(start, end));
				onLine(take());
				start = end + 1;
			}
			if (start < chunk.length) held.push(chunk.slice(start));
		},
		rest: () => Buffer.concat(held),
	};
}
