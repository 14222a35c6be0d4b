/** How an authorization server lets us down, and what a person is told of it. */
import { UserError } from "../base/errors.ts";

/** It has answered, and the answer is no, in the words of RFC 6749 section 5.2 or RFC 7591 section 3.2.2. */
export class OAuthRefusal extends Error {
	override readonly name = "OAuthRefusal";

	constructor(
		readonly place: string,
		/** `invalid_grant`, `invalid_client`, … */
		readonly code: string,
		description: string | undefined,
	) {
		super(`${place} says ${sayError(code, description)}`);
	}
}

/** It could not be reached, or what it says is no answer. Later it may be. */
export class OAuthUnavailable extends Error {
	override readonly name = "OAuthUnavailable";

	constructor(
		message: string,
		/** The host can be reached, and has trouble with this address: it may have none with another one. */
		readonly isOfAddress = false,
	) {
		super(message);
	}
}

/** For people: an error of OAuth with its description. Both come from elsewhere, so they are kept short and to one line. */
export function sayError(code: string, description: string | undefined): string {
	const clean = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
	const short = clean(code).slice(0, 60);
	const long = clean(description ?? "").slice(0, 200);
	return long === "" ? `"${short}"` : `"${short}": ${long}`;
}

/** As `UserError` with this beginning, when it is a failure of the authorization server; anything else stays what it is. */
export function asUserError(error: unknown, what: string, hint?: string): unknown {
	if (!(error instanceof OAuthRefusal || error instanceof OAuthUnavailable)) return error;
	return new UserError(`${what}: ${error.message}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}
