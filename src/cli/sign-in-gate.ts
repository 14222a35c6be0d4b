/** Opens groups for those who call them: where somebody has to sign in first, that is begun, and waited for a while. */
import type { SignIn } from "../auth/sign-in.ts";
import type { Clock } from "../base/clock.ts";
import { UpstreamError, UserError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Caller, Shown } from "../relay/caller.ts";

/** What signs in to a group's server. */
export interface GroupSignIn {
	readonly authorizer: { readonly isSignInNeeded: boolean };
	readonly signIns: {
		/** `isShown`: the address is shown by somebody else than a browser that we open. */
		begin(signal: AbortSignal, isShown: boolean): Promise<SignIn | undefined>;
	};
}

export interface GateParts {
	readonly clock: Clock;
	/** The group's connection, or why it cannot be had. */
	readonly open: (group: string) => Promise<Connection>;
	/** Undefined for a group that was never started, and where there is nothing to sign in to. */
	readonly signInOf: (group: string) => GroupSignIn | undefined;
}

export interface Gate {
	/** As `RelayParts.open` promises it. */
	open(group: string, caller?: Caller): Promise<Connection>;
	/** For the model; undefined when nobody has to sign in. */
	describeState(group: string): string | undefined;
}

/** Most clients give up a call after a minute: with the answer to this one the person still gets the address. */
const waitMs = 45_000;

/** How a caller's waiting ends: somebody has signed in, or it is over, for that reason. */
type WaitEnd =
	{ readonly kind: "signed-in" } | { readonly kind: "over"; readonly reason: string; readonly next: string };

const again = "Call again to start another one.";

export function createGate({ clock, open, signInOf }: GateParts): Gate {
	/** Those of which a caller knows already. */
	const told = new WeakSet<SignIn>();

	const isNeeded = (group: string) => signInOf(group)?.authorizer.isSignInNeeded === true;

	async function openFor(group: string, caller: Caller | undefined): Promise<Connection> {
		let refusal = caller?.refusal;
		if (refusal === undefined) {
			try {
				// In any case: somebody may have signed in meanwhile, in whatever process.
				return await open(group);
			} catch (error) {
				const isRefusal = error instanceof UpstreamError && error.phase === "sign-in";
				if (caller === undefined || !isRefusal) throw error;
				refusal = error.detail;
			}
		}
		const own = signInOf(group);
		if (caller !== undefined && own !== undefined && isNeeded(group)) await signIn(group, refusal, caller, own);
		return open(group);
	}

	/** Throws `UpstreamError` with what to do, when it has come to nothing so far. */
	async function signIn(group: string, refusal: string, caller: Caller, { signIns }: GroupSignIn): Promise<void> {
		const limit = new AbortController();
		const callOff = clock.after(waitMs, () => limit.abort());
		const signal = AbortSignal.any([limit.signal, caller.signal]);
		try {
			const waiting = await signIns.begin(signal, caller.show !== undefined);
			if (waiting === undefined) return;
			const end = await waitFor(group, waiting, caller, limit.signal);
			if (end.kind === "over") throw new UpstreamError(group, "sign-in", end.reason, { next: end.next });
		} catch (error) {
			throw explain(group, refusal, error, signal);
		} finally {
			callOff();
		}
	}

	async function waitFor(group: string, waiting: SignIn, caller: Caller, limit: AbortSignal): Promise<WaitEnd> {
		const shown = caller.show?.(waiting.url, `Sign in to ${group}, so that its tools can be used.`);
		if (shown !== undefined) void completeLater(shown, waiting);
		const isNew = !told.has(waiting);
		told.add(waiting);
		try {
			// Nobody knows of it yet: what helps is the answer, and not to wait for it.
			if (isNew && shown === undefined && !waiting.isBrowserOpened) return unfinished(waiting);
			const late = Promise.withResolvers<WaitEnd>();
			const giveUp = () => late.resolve(unfinished(waiting));
			for (const signal of [limit, caller.signal]) signal.addEventListener("abort", giveUp, { once: true });
			return await Promise.race([ended(waiting), answered(shown, waiting), late.promise]);
		} finally {
			shown?.withdraw();
		}
	}

	return {
		open: openFor,
		describeState: (group) =>
			isNeeded(group) ? "needs a sign-in, which a call of one of its tools begins" : undefined,
	};
}

async function ended({ ending }: SignIn): Promise<WaitEnd> {
	const end = await ending;
	return end.kind === "signed-in" ? end : { kind: "over", reason: end.reason, next: again };
}

/** Ends the waiting when the person does not want to, or when the client has not asked. */
async function answered(shown: Shown | undefined, waiting: SignIn): Promise<WaitEnd> {
	const answer = await shown?.answer;
	if (answer === "decline") return { kind: "over", reason: "the user does not want to sign in now", next: again };
	if (answer === "failed") return unfinished(waiting);
	return new Promise(() => {});
}

/** Also when nobody waits any more: the client may still show that it waits. */
async function completeLater({ answer, complete }: Shown, { done }: SignIn): Promise<void> {
	if ((await answer) === "accept" && (await done)) complete();
}

function unfinished({ url, isBrowserOpened }: SignIn): WaitEnd {
	const where = isBrowserOpened ? " in the browser that was opened for it" : "";
	const next = `Open this address to sign in: ${url}\nThen call again.`;
	return { kind: "over", reason: `nobody has signed in yet${where}`, next };
}

function explain(group: string, refusal: string, error: unknown, signal: AbortSignal): unknown {
	if (error instanceof UserError) {
		const hint = error.hint === undefined ? "" : ` ${sentence(error.hint)}`;
		const other = 'Or give it a token by "headers": {"Authorization": "Bearer ${TOKEN}"} in the config.';
		const next = `But ${error.message}.${hint} ${other}`;
		return new UpstreamError(group, "sign-in", refusal, { cause: error, next });
	}
	if (!signal.aborted || error !== signal.reason) return error;
	const reason = "it takes long to find out where to sign in";
	return new UpstreamError(group, "sign-in", reason, { cause: error, next: "Call again in a moment." });
}

function sentence(hint: string): string {
	const text = hint.charAt(0).toUpperCase() + hint.slice(1);
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
