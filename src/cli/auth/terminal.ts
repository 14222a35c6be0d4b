/** The person's terminal, or the pipes in its place. */
import { createInterface } from "node:readline";
import { isatty } from "node:tty";

import { printError, printOut } from "../output/print.ts";

export interface Terminal {
	/** What was asked for: on stdout. */
	tell(text: string): Promise<void>;
	/** What helps to go on: on stderr. */
	hint(text: string): Promise<void>;
	/** Each line that is typed or pasted from now on, until the returned function is called. */
	readLines(onLine: (line: string) => Promise<void>): () => void;
}

/** `onInterrupt` is called for Ctrl-C, which is no signal while lines are read. */
export function openTerminal(onInterrupt: () => void): Terminal {
	return {
		tell: printOut,
		hint: printError,
		readLines(onLine) {
			// A line editor of our own, as the system's cuts lines at 1024 characters (macOS) or 4096 (Linux).
			const terminal = isatty(0) && isatty(2);
			const lines = createInterface({ input: process.stdin, output: process.stderr, terminal, prompt: "> " });
			let last: Promise<unknown> = Promise.resolve();
			lines.on("line", (line) => {
				last = last.then(() => onLine(line)).finally(() => (terminal ? lines.prompt() : undefined));
			});
			lines.on("SIGINT", onInterrupt);
			if (terminal) lines.prompt();
			return () => {
				lines.removeAllListeners("line");
				lines.close();
				// The prompt stays on its line.
				if (terminal) process.stderr.write("\n");
			};
		},
	};
}
