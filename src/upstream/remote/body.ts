/** Reads the bodies of answers, which are as long as a server likes, up to a limit. */
import type { Incoming } from "../../protocol/channel.ts";
import { join } from "../../protocol/framing.ts";
import { parseMessage } from "../../protocol/jsonrpc.ts";
import { maxMessageBytes } from "../../protocol/line-stream.ts";
import { readLongReply } from "../../protocol/long-reply.ts";
import { RequestFailure } from "./failure.ts";

/** From here on it pays not to decode what is only forwarded. */
const longBytes = 2 ** 20;

/** Enough to see what an answer is about. */
const headBytes = 16_384;

const newline = 0x0a;
const carriageReturn = 0x0d;

export const tooLong = `its answer is longer than ${maxMessageBytes / 2 ** 20} MB, which is the limit`;

/** The message, or messages, of a JSON body. Throws `RequestFailure` when it is too long. */
export async function readJsonBody(response: Response): Promise<Incoming> {
	const { headers, body } = response;
	const length = Number(headers.get("content-length") ?? Number.NaN);
	// What is short by its own word, and cannot grow by being unpacked, is read in one go, which is faster.
	if (length < longBytes && !headers.has("content-encoding")) return readText(await response.text());
	const pieces = body === null ? [] : await readPieces(body, maxMessageBytes);
	if (pieces === undefined) throw new RequestFailure(tooLong, { remedy: "change" });
	const bytes = join(pieces.length === 0 ? [new Uint8Array()] : pieces);
	const isOneLine = !bytes.includes(newline) && !bytes.includes(carriageReturn);
	const long = bytes.byteLength >= longBytes && isOneLine ? readLongReply([bytes]) : undefined;
	return long ?? readText(new TextDecoder().decode(bytes));
}

/** A message's text on one line: what is passed on must not hold a line break, and in JSON one is only ever a space. */
export function readText(text: string): Incoming {
	return parseMessage(/[\r\n]/.test(text) ? text.replaceAll(/[\r\n]+/g, " ") : text);
}

/** The beginning of a body as text, whatever it is; what follows is not waited for. Never throws. */
export async function readHead(response: Response): Promise<string> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	try {
		if (response.body === null) return "";
		for await (const piece of response.body) {
			pieces.push(piece);
			bytes += piece.byteLength;
			if (bytes >= headBytes) break;
		}
	} catch {
		// It is read for what it says of a failure: what came of it counts.
	}
	return pieces.length === 0 ? "" : new TextDecoder().decode(join(pieces).subarray(0, headBytes));
}

/** Undefined when there is more than `limit`; then the rest is not read, nor unpacked. */
async function readPieces(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array[] | undefined> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of body) {
		bytes += piece.byteLength;
		if (bytes > limit) return undefined;
		pieces.push(piece);
	}
	return pieces;
}

/** Whoever has seen enough of an answer says so: its connection is of no further use otherwise. */
export function drop({ body }: Response): void {
	void body?.cancel().catch(() => {});
}
