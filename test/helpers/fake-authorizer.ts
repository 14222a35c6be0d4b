/** An authorizer in the hands of a test. */
import type { AuthorizationRefusal, Authorizer } from "../../src/protocol/authorizer.ts";

export interface FakeAuthorizer extends Authorizer {
	/** What was taken, in order. */
	readonly taken: readonly string[];
	/** What it was told of, in order. */
	readonly refusals: readonly AuthorizationRefusal[];
	isSignInNeeded: boolean;
	problem: string | undefined;
	/** What requests carry from now on. */
	use(authorization: string | undefined): void;
}

/** `onRefused` says whether there is something new to try, and may change what requests carry. */
export function createFakeAuthorizer(
	first: string | undefined,
	onRefused: (own: FakeAuthorizer, signal: AbortSignal) => boolean | Promise<boolean> = () => false,
): FakeAuthorizer {
	let authorization = first;
	const taken: string[] = [];
	const refusals: AuthorizationRefusal[] = [];
	const own: FakeAuthorizer = {
		taken,
		refusals,
		isSignInNeeded: false,
		problem: undefined,
		use(next) {
			authorization = next;
		},
		authorization: async () => authorization,
		accepted: (sent) => void taken.push(sent),
		async refused(refusal, signal) {
			refusals.push(refusal);
			return onRefused(own, signal);
		},
	};
	return own;
}

/** For `onRefused`: a token that was renewed. */
export const renewing = (next: string) => (own: FakeAuthorizer) => {
	own.use(next);
	return true;
};

/** For `onRefused`: a person has to sign in. */
export const signInNeeded = (own: FakeAuthorizer) => {
	own.isSignInNeeded = true;
	return false;
};

/** For `onRefused`: no new token can be had, and nobody is needed for one. */
export const failing = (problem: string) => (own: FakeAuthorizer) => {
	own.problem = problem;
	return false;
};
