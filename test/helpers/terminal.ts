/** A program in a pseudo terminal: what a person would see, and what they would type. */
import { cleanEnvironment } from "./binary.ts";
import { patienceMs } from "./patience.ts";

export interface TerminalOptions {
	readonly command: readonly string[];
	readonly home: string;
	readonly cwd?: string;
	readonly env?: Record<string, string>;
	readonly columns?: number;
	readonly rows?: number;
}

export interface TerminalProgram extends AsyncDisposable {
	readonly pid: number;
	/** Resolves when this is shown after what was awaited last; rejects with everything shown, when it is not in time. */
	see(wanted: string | RegExp): Promise<void>;
	/** As keys: `keys.enter`, or text. */
	type(text: string): void;
	/** Everything shown so far, without what only moves the cursor or colours. */
	shown(): string;
	/** The same, as it came. */
	readonly raw: string;
	/** Resolves with the exit code. */
	readonly exited: Promise<number>;
}

export const keys = {
	enter: "\r",
	escape: "\u001B",
	ctrlC: "\u0003",
	down: "\u001B[B",
	up: "\u001B[A",
	space: " ",
	/** Erases the line that is being edited. */
	ctrlU: "\u0015",
} as const;

/** A question as it stands complete, and the keys that answer it. */
export type Question = readonly [shown: RegExp, answer: string];

/** Answers the questions in their order, each once it is shown. */
export async function answerAll({ see, type }: TerminalProgram, questions: readonly Question[]): Promise<void> {
	for (const [shown, answer] of questions) {
		await see(shown);
		type(answer);
	}
}

/** Answers those before the question at `index`, and that one with a key that is no answer. Resolves with the exit code. */
export async function interruptAt(
	program: TerminalProgram,
	questions: readonly Question[],
	index: number,
	key: string,
): Promise<number> {
	const [shown] = questions[index] ?? [];
	if (shown === undefined) throw new RangeError(`there is no question ${index}`);
	await answerAll(program, [...questions.slice(0, index), [shown, key]]);
	await program.see("Interrupted: nothing was changed.");
	return program.exited;
}

export function openTerminal(options: TerminalOptions): TerminalProgram {
	const { command, home, cwd = home, env, columns = 80, rows = 30 } = options;
	const decoder = new TextDecoder();
	let raw = "";
	let seenUpTo = 0;
	let onOutput = () => {};
	const child = Bun.spawn([...command], {
		cwd,
		env: cleanEnvironment(home, { TERM: "xterm-256color", ...env }),
		terminal: {
			cols: columns,
			rows,
			data(_terminal, bytes) {
				raw += decoder.decode(bytes, { stream: true });
				onOutput();
			},
		},
	});
	const exited = child.exited.then((code) => {
		onOutput();
		return code;
	});
	const shown = () => Bun.stripANSI(raw).replaceAll("\r", "");

	function find(wanted: string | RegExp): number | undefined {
		const text = shown();
		const rest = text.slice(seenUpTo);
		if (typeof wanted === "string") {
			const at = rest.indexOf(wanted);
			return at === -1 ? undefined : seenUpTo + at + wanted.length;
		}
		const found = wanted.exec(rest);
		return found === null ? undefined : seenUpTo + found.index + found[0].length;
	}

	async function see(wanted: string | RegExp): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const failWith = (why: string) => reject(new Error(`${why}: ${wanted}\n${shown()}`));
		const timer = setTimeout(() => failWith("not shown in time"), patienceMs);
		function look(): void {
			const end = find(wanted);
			if (end !== undefined) {
				seenUpTo = end;
				resolve();
			} else if (child.exitCode !== null) failWith(`the program ended (${child.exitCode}) without showing`);
		}
		onOutput = look;
		look();
		try {
			await promise;
		} finally {
			clearTimeout(timer);
			onOutput = () => {};
		}
	}

	return {
		pid: child.pid,
		see,
		type: (text) => void child.terminal?.write(text),
		shown,
		get raw() {
			return raw;
		},
		exited,
		async [Symbol.asyncDispose]() {
			child.kill("SIGKILL");
			await child.exited;
			child.terminal?.close();
		},
	};
}
