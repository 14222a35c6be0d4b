/** Gives the tools in the client's own list their names. Pure. */
import { callTool, getTools } from "./meta-tools.ts";

/** A tool of a group, by the name its server has for it. */
export interface Target {
	readonly group: string;
	readonly tool: string;
}

/** What OpenAI's API takes, and what Claude and others took before they took more. */
const maxLength = 64;

const reserved: ReadonlySet<string> = new Set([getTools, callTool]);

interface Candidate<T extends Target> {
	readonly target: T;
	/** With all that is not allowed replaced, but not yet cut. */
	readonly natural: string;
	/** Whether nothing of the tool's own name was replaced. */
	readonly isExact: boolean;
	/** 0 is the natural name; each further one has a mark of its own. */
	attempt: number;
	name: string;
}

/**
 * Each of the tools with its name, in their order. All names differ, have 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_` and
 * `-`, and none is that of a meta tool. No two of the tools may be the same.
 *
 * The name is `<group>_<tool>`, or `<tool>` without a prefix, with `_` for every other character. Where that is too long or
 * taken, it ends in a mark: `_` and 8 hex digits that are made of the names of group and tool and of nothing else.
 *
 * So a name is the same in every run, whatever the order of the groups. Other tools have a say in it only when they would
 * get the very same name. Within a group the tool that is really called so then keeps it, and the others are marked. Of
 * different groups all are marked: a name must not come to mean another server's tool because a server was slow to start.
 */
export function nameTools<T extends Target>(tools: readonly T[], isPrefixed: boolean): [string, T][] {
	const candidates = tools.map((target) => candidateOf(target, isPrefixed));
	for (;;) {
		const rivals = Map.groupBy(candidates, ({ name }) => name);
		const unsettled = candidates.filter((candidate) => !mayKeepName(candidate, rivals.get(candidate.name) ?? []));
		if (unsettled.length === 0) return candidates.map(({ name, target }) => [name, target]);
		for (const candidate of unsettled) {
			candidate.attempt++;
			candidate.name = markedName(candidate);
		}
	}
}

function candidateOf<T extends Target>(target: T, isPrefixed: boolean): Candidate<T> {
	const { group, tool } = target;
	const natural = replaceOthers(isPrefixed ? `${group}_${tool}` : tool);
	return { target, natural, isExact: replaceOthers(tool) === tool, attempt: 0, name: natural };
}

function replaceOthers(name: string): string {
	return name.replaceAll(/[^A-Za-z0-9_-]/gu, "_");
}

function mayKeepName(candidate: Candidate<Target>, rivals: readonly Candidate<Target>[]): boolean {
	const { name, target, isExact, attempt } = candidate;
	if (name === "" || name.length > maxLength || reserved.has(name)) return false;
	if (rivals.length === 1) return true;
	return isExact && attempt === 0 && rivals.every((rival) => rival.target.group === target.group);
}

function markedName({ target: { group, tool }, natural, attempt }: Candidate<Target>): string {
	// Marks of two tools are the same once in four thousand million times, or when a server has looked for it.
	const seed = JSON.stringify(attempt === 1 ? [group, tool] : [group, tool, attempt]);
	const mark = `_${new Bun.CryptoHasher("sha256").update(seed).digest("hex").slice(0, 8)}`;
	return natural.slice(0, maxLength - mark.length) + mark;
}
