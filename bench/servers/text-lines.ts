/** Cuts a stream of chunks into lines of text, for servers that read small messages. */

/** Returns a function that takes the next chunk and gives the lines completed by it. */
export function createTextLines(): (chunk: Uint8Array) => string[] {
	const decoder = new TextDecoder();
	let rest = "";
	return (chunk) => {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
		rest = lines.pop() ?? "";
		return lines;
	};
}
