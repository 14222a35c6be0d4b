/** Answers `read_result`: reads on in a text that was kept for the session. */
import { breathe } from "../../base/clock.ts";
import type { ToolCall } from "../call-params.ts";
import type { Job } from "../jobs.ts";
import type { RelayParts } from "../parts.ts";
import type { Session } from "../session.ts";
import { characterStart, decode, pieceEnd } from "./cut.ts";
import { grep } from "./grep.ts";
import { pickValues } from "./json-path.ts";
import { noResult, partNotice, pickedNotice, searchNotice } from "./notices.ts";
import { compilePattern } from "./pattern.ts";
import { type Asked, readAsked } from "./read-args.ts";
import type { KeptResult } from "./store.ts";

export interface Reading {
	readonly parts: Pick<RelayParts, "clock" | "emit">;
	readonly session: Session;
	readonly job: Job;
	readonly call: ToolCall;
}

/** The first text is of the result; a second one says where it stands and how to go on. */
interface Answer {
	readonly texts: readonly string[];
	readonly isError?: true;
}

/** Always enough for what is said besides the text itself. */
const noticeBytes = 600;

/** A search takes no longer. */
const searchMs = 5_000;

/** The longest character has four bytes: so much before a place, its character has begun. */
const mostBefore = 3;

/** Whether the call means a result that is kept for its session. */
export function isKept({ kept }: Session, { args }: ToolCall): boolean {
	return typeof args["id"] === "string" && kept.has(args["id"]);
}

/** Never rejects. */
export async function readResult(reading: Reading): Promise<void> {
	const { parts, session, job } = reading;
	const answer = await answerTo(reading).catch((error: unknown): Answer => {
		parts.emit({ kind: "internal", error });
		return failed("The result cannot be read: internal error.");
	});
	const content = answer.texts.map((text) => ({ type: "text", text }));
	await session.answer(job, JSON.stringify(answer.isError ? { content, isError: true } : { content }));
}

async function answerTo({ parts, session, call }: Reading): Promise<Answer> {
	const { id } = call.args;
	const kept = typeof id === "string" ? session.kept.get(id) : undefined;
	if (kept === undefined || typeof id !== "string") return failed(noResult(id));
	const asked = readAsked(call.args);
	if ("problem" in asked) return failed(asked.problem);
	const answer = await carryOut(asked, kept, id, parts);
	if (answer !== undefined) return answer;
	session.kept.delete(id);
	return failed(noResult(id));
}

/** Undefined when the text is no longer there. */
async function carryOut(
	asked: Asked,
	kept: KeptResult,
	id: string,
	{ clock }: Reading["parts"],
): Promise<Answer | undefined> {
	const room = kept.budget - noticeBytes;
	if (asked.kind === "grep") return search(asked, { kept, id, room, clock });
	const most = Math.min(asked.limit ?? room, room);
	if (asked.kind === "jq") return pick(asked.jq, asked.offset, most, kept, id);
	const { text } = kept;
	if (asked.offset >= text.bytes)
		return failed(`The text ends at byte ${text.bytes}: there is nothing at ${asked.offset}.`);
	const before = Math.min(asked.offset, mostBefore);
	const bytes = await text.read(asked.offset - before, asked.offset + most + mostBefore + 1);
	if (bytes === undefined) return undefined;
	const { piece, from, to } = cutPiece(bytes, before, most);
	const start = asked.offset - before;
	return { texts: [piece, partNotice(id, start + from, start + to, text.bytes)] };
}

/** A piece of whole characters that begins with the one that `at` is in. */
function cutPiece(bytes: Uint8Array, at: number, most: number): { piece: string; from: number; to: number } {
	const from = characterStart(bytes, at);
	const rest = bytes.subarray(from);
	const piece = rest.subarray(0, pieceEnd(rest, most));
	return { piece: decode(piece), from, to: from + piece.length };
}

async function search(
	{ grep: wanted, offset: from, limit }: Asked & { kind: "grep" },
	{ kept, id, room, clock }: { kept: KeptResult; id: string; room: number; clock: RelayParts["clock"] },
): Promise<Answer | undefined> {
	const pattern = compilePattern(wanted);
	const isPlain = "problem" in pattern;
	const find = isPlain ? plainFinder(wanted) : pattern.find;
	const until = clock.now() + searchMs;
	const found = await grep({
		text: kept.text,
		find,
		from,
		room,
		mostLines: limit ?? Number.POSITIVE_INFINITY,
		isLate: () => clock.now() > until,
		pause: breathe,
	});
	if (found === undefined) return undefined;
	// So long a one is not repeated: the room for it is limited.
	const repeated = JSON.stringify(wanted.length > 40 ? "…" : wanted);
	const notice = searchNotice(id, repeated, found);
	const hint = isPlain
		? ` [searched as plain text, as the regular expression is not understood: ${pattern.problem}]`
		: "";
	return { texts: [...(found.shown === 0 ? [] : [found.answer]), notice + hint] };
}

function plainFinder(wanted: string) {
	return (line: string, from: number) => {
		const at = line.indexOf(wanted, from);
		return at === -1 ? -1 : at + wanted.length;
	};
}

async function pick(
	path: string,
	offset: number,
	most: number,
	{ text }: KeptResult,
	id: string,
): Promise<Answer | undefined> {
	const all = await text.read(0, text.bytes);
	if (all === undefined) return undefined;
	const values = await pickValues(decode(all), path, breathe);
	if ("problem" in values) return failed(`${values.problem}.`);
	const bytes = new TextEncoder().encode(values.join("\n"));
	if (bytes.length === 0) return { texts: ["[the path gives nothing]"] };
	if (offset >= bytes.length)
		return failed(`What the path gives ends at byte ${bytes.length}: there is nothing at ${offset}.`);
	const { piece, from, to } = cutPiece(bytes, offset, most);
	const isWhole = from === 0 && to === bytes.length;
	// So long a one is not repeated: the room for it is limited.
	const repeated = path.length > 80 ? "…" : path;
	return { texts: isWhole ? [piece] : [piece, pickedNotice(id, repeated, from, to, bytes.length)] };
}

function failed(text: string): Answer {
	return { texts: [text], isError: true };
}
