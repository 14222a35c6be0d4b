/**
 * Replies of 1 MB and more pass through as the bytes they came as. Decoding, checking and encoding 10 MB takes
 * three times as long as carrying it. Only the envelope is looked at, at the head or the tail, where every known
 * server puts it; a line that does not look like that is read in the ordinary way.
 */
import { join } from "./framing.ts";
import { type Id, parseMessage, type Reply } from "./jsonrpc.ts";

export interface LongReply {
	readonly kind: "long-reply";
	readonly id: number;
	/** UTF-8, without line ending. */
	readonly pieces: readonly Uint8Array[];
	/** How many bytes at the head and at the tail hold the envelope with the id. */
	readonly head: number;
	readonly tail: number;
}

const looked = 128;
const idKey = '"id"';
/** One less than the longest text that is looked for. */
const overlap = 5;
const decoder = new TextDecoder("latin1");
const encoder = new TextEncoder();

/** Undefined when this is no reply whose id stands at the head or the tail, or when it does not end as an object. */
export function readLongReply(pieces: readonly Uint8Array[]): LongReply | undefined {
	if (pieces.length === 0) return undefined;
	const start = decoder.decode(join(pieces.slice(0, 2)).subarray(0, looked));
	const end = decoder.decode(join(pieces.slice(-2)).subarray(-looked));
	const atHead = /^\{"jsonrpc":"2\.0","id":(\d{1,15}),"result":/.exec(start);
	if (atHead !== null && end.endsWith("}}") && countIds(pieces) === 1) {
		return { kind: "long-reply", id: Number(atHead[1]), pieces, head: atHead[0].length, tail: 0 };
	}
	const atTail = /\},"jsonrpc":"2\.0","id":(\d{1,15})\}$/.exec(end);
	if (atTail === null || !start.startsWith('{"result":{') || countIds(pieces) !== 1) return undefined;
	const tail = atTail[0].length - 1;
	return { kind: "long-reply", id: Number(atTail[1]), pieces, head: 0, tail };
}

/** The reply's bytes with another id, everything else as it came. */
export function withLongId({ pieces, head, tail }: LongReply, id: Id): readonly Uint8Array[] {
	const wanted = JSON.stringify(id);
	if (head > 0) return [encoder.encode(`{"jsonrpc":"2.0","id":${wanted},"result":`), ...dropStart(pieces, head)];
	return [...dropEnd(pieces, tail), encoder.encode(`,"jsonrpc":"2.0","id":${wanted}}`)];
}

/** The reply read after all, for whoever wants to look inside. Undefined when it is no valid message. */
export function parseLongReply({ pieces }: LongReply): Reply | undefined {
	const message = parseMessage(new TextDecoder().decode(join(pieces)));
	return message.kind === "reply" ? message : undefined;
}

/**
 * How often `"id"` stands in the bytes, up to 2; 2 also when its letters are written as escapes. A second one could
 * be at top level, and would let a server answer a request that was never sent to it.
 */
function countIds(pieces: readonly Uint8Array[]): number {
	let count = 0;
	let before = Buffer.alloc(0);
	for (const piece of pieces) {
		const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
		// What stands across the border of two pieces is found in their ends put together.
		for (const part of [Buffer.concat([before, bytes.subarray(0, overlap)]), bytes]) {
			if (part.includes("\\u0069") || part.includes("\\u0064")) return 2;
		}
		count += countIn(bytes) + countAcross(before, bytes);
		if (count > 1) return 2;
		before = Buffer.from(bytes.subarray(-overlap));
	}
	return count;
}

function countIn(bytes: Buffer): number {
	const first = bytes.indexOf(idKey);
	if (first === -1) return 0;
	return bytes.includes(idKey, first + 1) ? 2 : 1;
}

/** Those that begin in the one and end in the other. */
function countAcross(before: Buffer, bytes: Buffer): number {
	const tail = before.subarray(-(idKey.length - 1));
	return countIn(Buffer.concat([tail, bytes.subarray(0, idKey.length - 1)]));
}

function dropStart(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
	let left = count;
	return pieces.map((piece) => {
		const dropped = Math.min(left, piece.byteLength);
		left -= dropped;
		return piece.subarray(dropped);
	});
}

function dropEnd(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
	let left = count;
	const kept = pieces.toReversed().map((piece) => {
		const dropped = Math.min(left, piece.byteLength);
		left -= dropped;
		return piece.subarray(0, piece.byteLength - dropped);
	});
	return kept.reverse();
}
