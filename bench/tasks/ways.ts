/** How an agent gets at the tools: what it is given at the start, what it asks, and what it is answered. */
import { type Client, resultOf as replyOf } from "../client.ts";
import { countTokens } from "../tokens.ts";
import type { Group } from "./catalogs.ts";
import { costOf, type Costs, type Turn } from "./conversation.ts";
import { argumentsOf, closingWords, resultOf, type Step, type Task } from "./script.ts";

export interface Way {
	/** The client's list of tools, as JSON. */
	readonly tools: string;
	/** What is asked before the tool of this step can be called, each with its answer; nothing when it is known by now. */
	discover(step: Step, known: Set<string>): Promise<readonly Exchange[]>;
	/** What the model writes to call it. */
	call(step: Step): object;
}

interface Exchange {
	readonly asked: object;
	readonly answer: string;
}

/** Of one conversation, in which these tasks are done one after the other. */
export async function converse(way: Way, tasks: readonly Task[]): Promise<Costs> {
	const turns: Turn[] = [];
	const known = new Set<string>();
	let added = await countTokens(way.tools);
	const turn = async (written: object | string, answer: string) => {
		const text = typeof written === "string" ? written : JSON.stringify(written);
		turns.push({ added, written: await countTokens(text) });
		added = await countTokens(answer);
	};
	for (const { prompt, steps } of tasks) {
		added += await countTokens(prompt);
		for (const step of steps) {
			for (const { asked, answer } of await way.discover(step, known)) await turn(asked, answer);
			await turn(way.call(step), resultOf(step.tool));
		}
		await turn(closingWords, "");
	}
	return costOf(turns);
}

/** All definitions in the context. `name`: how the client calls a tool. */
export function directly(tools: string, name: (step: Step) => string): Way {
	return {
		tools,
		discover: async () => [],
		call: (step) => ({ name: name(step), arguments: argumentsOf(step.tool) }),
	};
}

/** As JSON, every tool of every group. */
export function allDefinitions(groups: readonly Group[]): string {
	return JSON.stringify(groups.flatMap(({ tools }) => tools));
}

interface MetaTools {
	readonly list: string;
	readonly get: string;
	readonly call: string;
}

/** The agent looks at the group that it expects the tool in. */
export function byGroup(client: Client, { list, get, call }: MetaTools): Way {
	return throughMetaTools(client, { list, get, call }, ({ group }) => ({ group }));
}

/** The agent searches with its own words, and looks into the group when that does not show the tool. */
export function bySearch(client: Client, { list, get, call }: MetaTools): Way {
	return throughMetaTools(client, { list, get, call }, ({ query }) => ({ query }));
}

function throughMetaTools(client: Client, { list, get, call }: MetaTools, first: (step: Step) => object): Way {
	async function ask(args: object): Promise<Exchange> {
		const asked = { name: get, arguments: args };
		const { content } = replyOf(await client.request("tools/call", asked)) as { content: { text: string }[] };
		return { asked, answer: content.map(({ text }) => text).join("\n") };
	}
	return {
		tools: list,
		async discover(step, known) {
			const { group, tool } = step;
			if (known.has(`${group}/${tool.name}`)) return [];
			const attempts = [first(step), { group }, { group, query: tool.name }];
			const exchanges: Exchange[] = [];
			for (const args of attempts) {
				if (exchanges.some(({ asked }) => Bun.deepEquals(asked, { name: get, arguments: args }))) continue;
				const exchange = await ask(args);
				exchanges.push(exchange);
				for (const shown of shownIn(exchange.answer, group)) known.add(`${group}/${shown}`);
				if (known.has(`${group}/${tool.name}`)) return exchanges;
			}
			throw new Error(`${group}/${tool.name} is not shown, whatever is asked`);
		},
		call: ({ group, tool }) => ({ name: call, arguments: { group, name: tool.name, args: argumentsOf(tool) } }),
	};
}

/** Tools whose parameters are shown: as a signature at the start of a line, or as JSON. */
function shownIn(answer: string, group: string): string[] {
	const block = answer
		.split(/^(?=call_dynamic_tool )/m)
		.filter((each) => !each.startsWith("call_dynamic_tool ") || each.includes(`"group":${JSON.stringify(group)}`));
	return block.flatMap((text) => [
		...Array.from(text.matchAll(/^([\w./-]+)\((?!…\))/gm), ([, name = ""]) => name),
		...Array.from(text.matchAll(/"name":\s*"([^"]+)"/g), ([, name = ""]) => name),
	]);
}
