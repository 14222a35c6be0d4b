/** Requests that say who asks: with the authorizer's word, and again when it has a new one. */
import type { AuthorizationRefusal, Authorizer } from "../../protocol/authorizer.ts";
import { drop } from "./body.ts";
import type { SignInTrouble } from "./failure.ts";

export interface Answer {
	readonly response: Response;
	/** From the origin that the config names, without a way round over another one. */
	readonly isOwn: boolean;
}

export interface Signed<Message> {
	request(message: Message): Promise<Response>;
	/** Why this answer is a refusal, as far as the authorizer knows. */
	refusalOf(response: Response): SignInTrouble | undefined;
}

/** With the token that is known, with one that another process has got meanwhile, and with one that is got for it. */
const maxAttempts = 3;

/** `send` sends the message with this `Authorization`, to the server's own origin only. */
export function createSigned<Message extends { readonly signal: AbortSignal }>(
	authorizer: Authorizer,
	send: (message: Message, authorization: string | undefined) => Promise<Answer>,
): Signed<Message> {
	const refusals = new WeakMap<Response, SignInTrouble>();

	/** The authorizer is told of the last refusal, too: only so is it known what would help. */
	async function request(message: Message): Promise<Response> {
		for (let attempt = 1; ; attempt++) {
			const sent = await authorizer.authorization(message.signal);
			const answer = await send(message, sent);
			const refusal = refusalIn(answer, sent);
			if (refusal === undefined) {
				if (sent !== undefined && answer.isOwn && answer.response.ok) authorizer.accepted?.(sent);
				return answer.response;
			}
			const isWorth = await isWorthAnother(answer.response, refusal, message.signal);
			if (!isWorth || attempt === maxAttempts) return noted(answer.response);
			drop(answer.response);
		}
	}

	async function isWorthAnother(response: Response, refusal: AuthorizationRefusal, signal: AbortSignal) {
		try {
			return await authorizer.refused(refusal, signal);
		} catch (error) {
			drop(response);
			throw error;
		}
	}

	function noted(response: Response): Response {
		const { isSignInNeeded, problem } = authorizer;
		if (isSignInNeeded) refusals.set(response, { kind: "needed" });
		else if (problem !== undefined) refusals.set(response, { kind: "failed", problem });
		return response;
	}

	return { request, refusalOf: (response) => refusals.get(response) };
}

/** What the authorizer may know a remedy for: RFC 6750 section 3.1. */
function refusalIn({ response, isOwn }: Answer, sent: string | undefined): AuthorizationRefusal | undefined {
	const { status, headers } = response;
	if (!isOwn || (status !== 401 && status !== 403)) return undefined;
	const challenge = headers.get("www-authenticate");
	if (status === 403 && !/\berror\s*=\s*"?insufficient_scope\b/i.test(challenge ?? "")) return undefined;
	return { status, challenge, sent };
}
