/** For programs that call a server themselves and tell how it went: they are asked to on stdin, and answer on stdout. */
import { createTextLines } from "./text-lines.ts";

export type CallsWanted = { calls: number; atOnce: number };

export type CallsMade = {
	perSecond: number;
	/** The microseconds that each took. */
	each: number[];
};

/** Resolves with the text that the tool `echo` answered to this one. */
export type Echo = (text: string) => Promise<string>;

/** Ends with stdin, or with the first wrong answer. */
export async function serveCalls(echo: Echo): Promise<never> {
	const cutLines = createTextLines();
	for await (const chunk of Bun.stdin.stream()) {
		for (const line of cutLines(chunk)) {
			const { id, params } = JSON.parse(line) as { id: number; params: CallsWanted };
			const result = await makeCalls(echo, params);
			await Bun.write(Bun.stdout, `${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
		}
	}
	process.exit(0); // a connection that is kept alive must not keep the process
}

/** So many are under way all the time: the answer to one is followed by the next. */
async function makeCalls(echo: Echo, { calls, atOnce }: CallsWanted): Promise<CallsMade> {
	const each: number[] = [];
	let begun = 0;
	async function callOnAndOn(): Promise<void> {
		while (begun < calls) {
			const text = `echo of ${begun++}`;
			const from = Bun.nanoseconds();
			const answer = await echo(text);
			each.push((Bun.nanoseconds() - from) / 1000);
			if (answer !== text) throw new Error(`not the ${text}: ${answer}`);
		}
	}
	const from = Bun.nanoseconds();
	await Promise.all(Array.from({ length: atOnce }, callOnAndOn));
	return { perSecond: calls / ((Bun.nanoseconds() - from) / 1e9), each };
}
