/** One line that tells a person at a terminal how far a download is. */

export interface Progress {
	onProgress(received: number, total: number | undefined): void;
	/** Takes the line away. */
	end(): void;
}

const clearLine = "\r\u001b[K";

/** Writes only when what it says has changed. `write` must lead to a terminal. */
export function createProgress(what: string, write: (text: string) => void): Progress {
	let shown = "";
	return {
		onProgress(received, total) {
			const text = describeProgress(received, total);
			if (text === shown) return;
			shown = text;
			write(`${clearLine}${what}: ${text}`);
		},
		end() {
			if (shown !== "") write(clearLine);
		},
	};
}

export function describeProgress(received: number, total: number | undefined): string {
	const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MB`;
	if (!total) return megabytes(received);
	return `${Math.floor((100 * received) / total)} % of ${megabytes(total)}`;
}
