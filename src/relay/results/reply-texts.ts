/** Finds the texts of a tool's result in the reply's own text, and puts another in their place. Pure. */
import { elements, memberSpan, replaceSpan, sliceSpan, type Span } from "../../protocol/json-text.ts";

export interface ReplyTexts {
	/** JSON strings, in order. */
	readonly strings: readonly string[];
	/** How many characters its server lets it have, by its own word; undefined without one. */
	readonly allowance: number | undefined;
	readonly isError: boolean;
	/** The reply with this text in place of the first one, and without the others. All else stays as it was written. */
	replace(text: string): string;
}

interface Block {
	readonly json: string;
	/** Of its text, as a JSON string; undefined when it has none. */
	readonly text: Span | undefined;
}

/** Of a resource that is part of the result the text counts, too; its blob does not. */
const textPaths: ReadonlyMap<string, readonly string[]> = new Map([
	['"text"', ["text"]],
	['"resource"', ["resource", "text"]],
]);

/**
 * https://code.claude.com/docs/en/mcp#raise-the-limit-for-a-specific-tool: how many characters of text a tool's result
 * may have, at most 500,000. It stands in the tool's definition; some servers put it into the result.
 */
export const allowanceKey = "anthropic/maxResultSizeChars";

/**
 * Undefined when the reply has no result with texts in it. `pause` is waited for between steps that each take long when
 * the reply is: a reply of 10 MB must not hold up everything else.
 */
export async function findTexts(reply: string, pause: () => Promise<void>): Promise<ReplyTexts | undefined> {
	const result = memberSpan(reply, ["result"]);
	if (result === undefined) return undefined;
	await pause();
	const json = sliceSpan(reply, result);
	const content = memberSpan(json, ["content"]);
	if (content === undefined) return undefined;
	await pause();
	const blocks: Block[] = [];
	let pausedAt = 0;
	for (const span of elements(sliceSpan(json, content))) {
		blocks.push(readBlock(sliceSpan(json, moved(span, content.start))));
		if (span.end - pausedAt <= longChars) continue;
		await pause();
		pausedAt = span.end;
	}
	const strings = blocks.flatMap(({ json: block, text }) => (text === undefined ? [] : [sliceSpan(block, text)]));
	if (strings.length === 0) return undefined;
	const told = memberSpan(json, ["_meta", allowanceKey]);
	const isError = memberSpan(json, ["isError"]);
	return {
		strings,
		allowance: readAllowance(told === undefined ? undefined : Number(sliceSpan(json, told))),
		isError: isError !== undefined && sliceSpan(json, isError) === "true",
		replace: (text) => replaceSpan(reply, moved(content, result.start), printBlocks(blocks, text)),
	};
}

const longChars = 100_000;

const mostAllowed = 500_000;

/** In characters; what is no number of them is no allowance. */
export function readAllowance(written: unknown): number | undefined {
	return typeof written === "number" && written > 0 ? Math.min(written, mostAllowed) : undefined;
}

function readBlock(json: string): Block {
	const type = memberSpan(json, ["type"]);
	const path = type === undefined ? undefined : textPaths.get(sliceSpan(json, type));
	const text = path === undefined ? undefined : memberSpan(json, path);
	return { json, text: text !== undefined && json.charAt(text.start) === '"' ? text : undefined };
}

function printBlocks(blocks: readonly Block[], text: string): string {
	const printed: string[] = [];
	let isPlaced = false;
	for (const block of blocks) {
		if (block.text === undefined) printed.push(block.json);
		else if (!isPlaced) {
			printed.push(replaceSpan(block.json, block.text, JSON.stringify(text)));
			isPlaced = true;
		}
	}
	return `[${printed.join(",")}]`;
}

function moved({ start, end }: Span, by: number): Span {
	return { start: start + by, end: end + by };
}
