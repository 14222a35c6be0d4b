/** Decides what `expose: "auto"` comes to: tools stand in the client's own list where that costs less than finding them. Pure. */
import { estimateTokens } from "../base/token-estimate.ts";
import type { Tool } from "../protocol/mcp.ts";

export interface AutoGroup {
	readonly name: string;
	/** Those that may be used; undefined when they are not known. */
	readonly tools: readonly Tool[] | undefined;
}

export interface AutoDecision {
	readonly expose: "direct" | "dynamic";
	/** Estimated, of the definitions of all tools that are known. */
	readonly tokens: number;
	readonly threshold: number;
	/** Of these groups it is not known what they offer, which keeps tools from being exposed. */
	readonly unknown: readonly string[];
}

/** `groups` are all that can be used, whatever each of them exposes: what counts is what a client would have directly. */
export function decideExposure(groups: readonly AutoGroup[], threshold: number): AutoDecision {
	const unknown = groups.filter(({ tools }) => tools === undefined).map(({ name }) => name);
	const characters = groups.reduce((sum, { tools }) => sum + (tools ? JSON.stringify(tools).length : 0), 0);
	const tokens = estimateTokens("definitions", characters);
	const isSmall = unknown.length === 0 && tokens < threshold;
	return { expose: isSmall ? "direct" : "dynamic", tokens, threshold, unknown };
}
