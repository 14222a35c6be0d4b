/** A relay with one server, group `fs`, whose tools all give the same result; and what a test wants to know of results. */
import type { Wire } from "./memory-channel.ts";
import { createRelaying, type Plan } from "./relaying.ts";
import { createMemoryResults } from "./result-store.ts";

interface Content {
	readonly type: string;
	readonly text?: string;
}

export interface Result {
	readonly content: readonly Content[];
	readonly isError?: boolean;
}

export const tool = (name: string, more: object = {}) => ({ name, inputSchema: { type: "object" }, ...more });

/** A server, group `fs`, whose tools all answer with the result. */
export async function openResulting(
	result: object,
	{ budget = 2_000, tools = [tool("big")], results = createMemoryResults() } = {},
) {
	const plan: Plan = { tools, group: { resultBudget: budget }, answers: { "tools/call": () => ({ result }) } };
	const relaying = createRelaying({ fs: plan }, { results });
	await relaying.fs.start();
	const connect = async () => {
		const client = await relaying.connect();
		const call = async (name: string, args: object = {}) => {
			const reply = await client.ask("tools/call", {
				name: "call_dynamic_tool",
				arguments: { group: "fs", name, args },
			});
			return (await settle(client, reply)).result as Result;
		};
		return { ...client, call };
	};
	return { ...relaying, results, connect, client: await connect() };
}

/** A search reads in several steps. */
async function settle(client: { received: () => Wire[] }, reply: Wire | undefined): Promise<Wire> {
	for (let turn = 0; reply === undefined && turn < 50; turn++) {
		await new Promise((resolve) => setImmediate(resolve));
		reply = client.received().at(-1);
	}
	return reply ?? {};
}

export const textResult = (text: string, more: object = {}) => ({ content: [{ type: "text", text }], ...more });
export const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");
export const firstText = (result: Result) => result.content.find(({ type }) => type === "text")?.text ?? "";
export const idIn = (result: Result) => /"id":"([^"]+)"/.exec(firstText(result))?.[1] ?? "none";
export const sizeOf = (result: Result) =>
	result.content.reduce((sum, { text = "" }) => sum + Buffer.byteLength(text), 0);
