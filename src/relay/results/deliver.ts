/** Gives the client a large reply of a tool: as much of its texts as fits, and the rest is kept. */
import { breathe } from "../../base/clock.ts";
import { errorText } from "../../base/errors.ts";
import { join } from "../../protocol/framing.ts";
import type { Reply } from "../../protocol/jsonrpc.ts";
import type { AnyReply } from "../../protocol/pending.ts";
import type { Job } from "../jobs.ts";
import type { RelayParts } from "../parts.ts";
import type { Session } from "../session.ts";
import { characterStart, decode, pieceEnd, tailStart } from "./cut.ts";
import { readJsonString } from "./json-string.ts";
import { ownReadName, readName } from "./large.ts";
import { headNotice, middleNotice, type Where } from "./notices.ts";
import { allowanceKey, findTexts, readAllowance, type ReplyTexts } from "./reply-texts.ts";

export interface Delivery {
	readonly parts: Pick<RelayParts, "catalogs" | "results" | "emit">;
	readonly session: Session;
	readonly job: Job;
	readonly group: string;
	/** The tool that was called; undefined when that is not known. */
	readonly tool: string | undefined;
	/** How many bytes the model is to get at once. */
	readonly budget: number;
	readonly reply: AnyReply;
}

/** Never rejects: a reply that cannot be made smaller is passed on as it is. */
export async function deliverLarge(delivery: Delivery): Promise<void> {
	const { session, job, reply } = delivery;
	const smaller = await shorten(delivery).catch((error: unknown) => {
		// What is no JSON inside is for the client to find, as with every reply.
		if (!(error instanceof SyntaxError)) delivery.parts.emit({ kind: "internal", error });
		return undefined;
	});
	await session.forward(job, smaller ?? reply);
}

interface Large {
	readonly found: ReplyTexts;
	readonly bytes: Uint8Array;
	/** How many bytes the model gets in any case. */
	readonly allowed: number;
	readonly where: Where;
}

/** Undefined when the reply is to be passed on as it is. */
async function shorten(delivery: Delivery): Promise<Reply | undefined> {
	const { parts, session, job, group, budget, reply } = delivery;
	const pause = reply.kind === "long-reply" ? breathe : goOn;
	const found = await findTexts(textOf(reply), pause);
	if (found === undefined) return undefined;
	const texts: string[] = [];
	for (const json of found.strings) texts.push(await readJsonString(json, pause));
	const text = texts.join("\n");
	const bytes = new TextEncoder().encode(text);
	if (bytes.length <= budget) return undefined;
	const tools = (await parts.catalogs.known(group))?.byName;
	const allowance = allowanceOf(found, tools?.get(delivery.tool ?? "")?.["_meta"]);
	if (text.length <= allowance) return undefined;
	const kept = await parts.results.keep(bytes).catch((error: unknown) => {
		const reason = errorText(error);
		const problem = `a result of group "${group}" is passed on whole, ${bytes.length} bytes of it: it could not be kept: ${reason}`;
		parts.emit({ kind: "cache", problem });
		return undefined;
	});
	if (kept === undefined) return undefined;
	if (job.isOver || session.hasLeft) {
		kept.drop();
		return undefined;
	}
	const id = newId();
	session.kept.set(id, { text: kept, budget });
	const name = tools?.has(readName) === true ? ownReadName : readName;
	const allowed = allowance === 0 ? 0 : Buffer.byteLength(text.slice(0, allowance));
	const shown = show({ found, bytes, allowed, where: { group, name, id } }, budget);
	return { kind: "reply", id: reply.id, result: undefined, error: undefined, text: found.replace(shown) };
}

/** What the model gets: the head, and of what has gone wrong the tail, too, where the reason mostly stands. */
function show({ found, bytes, allowed, where }: Large, budget: number): string {
	const total = bytes.length;
	const notice = found.isError ? middleNotice(where, total, total, total) : headNotice(where, total, total);
	const room = budget - Buffer.byteLength(notice);
	const [cut, most] = allowed > room ? [characterStart, allowed] : [pieceEnd, room];
	if (!found.isError) {
		const end = cut(bytes, most);
		return decode(bytes.subarray(0, end)) + headNotice(where, end, total);
	}
	const end = cut(bytes, Math.floor(most / 2));
	const tail = tailStart(bytes, most - end);
	return decode(bytes.subarray(0, end)) + middleNotice(where, end, tail, total) + decode(bytes.subarray(tail));
}

function allowanceOf({ allowance }: ReplyTexts, meta: unknown): number {
	const told = typeof meta === "object" && meta !== null ? Reflect.get(meta, allowanceKey) : undefined;
	return Math.max(allowance ?? 0, readAllowance(told) ?? 0);
}

function textOf(reply: AnyReply): string {
	return reply.kind === "reply" ? reply.text : new TextDecoder().decode(join(reply.pieces));
}

/** 96 bits: nobody guesses it, and it takes few tokens. */
function newId(): string {
	return Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url");
}

async function goOn(): Promise<void> {}
