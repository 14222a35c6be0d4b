/** Who answers for a server's sign-in: what requests to it carry, and what is done when it refuses them. */

export interface Authorizer {
	/**
	 * The value of `Authorization` for the next request to the server's own origin; undefined while there is no token. Renews
	 * one that is about to expire; one that cannot be renewed just now is used as long as it lasts. Rejects only with the
	 * signal's reason.
	 */
	authorization(signal: AbortSignal): Promise<string | undefined>;
	/** Told of each answer of the server's own origin that says yes to this `Authorization`. */
	accepted?(sent: string): void;
	/**
	 * True when there is something new to try, and the request is to be sent once more with what `authorization` says then.
	 * False when a person has to sign in first, or nothing of this kind would help. Rejects only with the signal's reason.
	 */
	refused(refusal: AuthorizationRefusal, signal: AbortSignal): Promise<boolean>;
	/** Whether a person has to sign in before requests can succeed, as far as is known. */
	readonly isSignInNeeded: boolean;
	/** Why there is no token that is any good, although nobody has to sign in; undefined when nothing is known to be wrong. */
	readonly problem: string | undefined;
}

export interface AuthorizationRefusal {
	readonly status: 401 | 403;
	/** The header `WWW-Authenticate`. */
	readonly challenge: string | null;
	/** The `Authorization` that was refused; undefined when the request had none. */
	readonly sent: string | undefined;
}
