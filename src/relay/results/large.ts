/** Says of a reply whether it is worth looking at. Asked for every reply of a call, and loads nothing more for it. */
import type { AnyReply } from "../../protocol/pending.ts";

/** The name under which what was kept is read on, in every group whose server has no tool of that name. */
export const readName = "read_result";

/** The same in every group. */
export const ownReadName = "dynamic-mcp/read_result";

/** In UTF-8 a UTF-16 unit has at most so many bytes. */
const mostBytes = 3;

/** False when the texts of the reply cannot have more bytes than the budget: they have no more than the reply has. */
export function isLarge(reply: AnyReply, budget: number): boolean {
	if (budget === 0) return false;
	if (reply.kind === "long-reply") return reply.pieces.reduce((sum, piece) => sum + piece.byteLength, 0) > budget;
	const { length } = reply.text;
	return length * mostBytes > budget && (length > budget || Buffer.byteLength(reply.text) > budget);
}
