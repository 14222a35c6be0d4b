/** Adds what a client is given to what is counted of its session. On the way of every call: it looks at lengths only. */
import type { Cell } from "../accounting/counts.ts";
import type { AnyReply } from "../protocol/pending.ts";

/** Below this length there is no picture worth telling apart. */
const shortText = 4096;

export function countText(cell: Cell, text: string): void {
	cell.count++;
	if (text.length > shortText && hasMedia(text)) cell.media++;
	else cell.characters += text.length;
}

export function countReply(cell: Cell, reply: AnyReply): void {
	if (reply.kind === "reply") return countText(cell, reply.text);
	cell.count++;
	// The head tells: of that size nearly all of it is one text or one picture.
	const head = Buffer.from(reply.pieces[0] ?? []).subarray(0, shortText);
	const last = Buffer.from(reply.pieces.at(-1) ?? []).subarray(-shortText);
	if (hasMedia(head.toString("latin1") + last.toString("latin1"))) cell.media++;
	else cell.characters += reply.pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}

/** Keys of content that is base64. Inside of a text they would be written `\"data\"`, and not be found. */
function hasMedia(text: string): boolean {
	return text.includes('"mimeType"') && (text.includes('"data"') || text.includes('"blob"'));
}
