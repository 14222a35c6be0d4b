/** A group's life as a state machine. Pure: the time and the dice are arguments. */

/** Why a group does not run, for a person. */
export interface Failure {
	readonly reason: string;
	/** What the server wrote to stderr last, oldest line first. */
	readonly lastWords: readonly string[];
}

export type State =
	/** Not running, and nothing is wrong. */
	| { readonly kind: "idle" }
	| { readonly kind: "starting"; readonly since: number; readonly isHalfOpen: boolean }
	| { readonly kind: "ready"; readonly since: number }
	| {
			readonly kind: "failed";
			readonly failure: Failure;
			/** When it is tried again; undefined when that makes no sense before somebody wants it or changes something. */
			readonly retryAt: number | undefined;
			/** Whether somebody who could not wait has had the one early attempt before `retryAt`. */
			readonly triedEarly: boolean;
			/** How many crashes in a row ended the automatic attempts; 0 when they go on or never made sense. */
			readonly gaveUpAfter: number;
	  };

export interface Life {
	readonly state: State;
	/** Failures since the server last ran for a good while. */
	readonly failures: number;
	/** Exits soon after the start, likewise. */
	readonly quickExits: number;
}

export type LifeEvent =
	/** Somebody needs the server now. */
	| { readonly kind: "wanted" }
	/** The time of an automatic attempt has come. */
	| { readonly kind: "due" }
	| { readonly kind: "ready" }
	/** The start has failed, or the server has ended by itself. */
	| { readonly kind: "failed"; readonly failure: Failure; readonly cause: FailureCause }
	/** We have stopped it, or it has ended in good order with nothing to do. */
	| { readonly kind: "rested" };

/** `exit`: the process has ended. `silent`: no proper handshake. `hopeless`: the same would happen again at once. */
export type FailureCause = "exit" | "silent" | "hopeless";

/** What is to be done: `start` the server, `refuse` whoever wants it, or nothing. */
export type LifeAction = "start" | "refuse" | "none";

export interface Step {
	readonly life: Life;
	readonly action: LifeAction;
}

export const unborn: Life = { state: { kind: "idle" }, failures: 0, quickExits: 0 };

/** A server that has run this long was all right: what happens next is a new story. */
const soundMs = 30_000;

/** So many exits soon after the start, and it is left alone. */
const maxQuickExits = 3;

const firstRetryMs = 1000;
const lastRetryMs = 60_000;

/** Retries of many groups that failed together are spread by up to a fifth. */
const jitter = 0.2;

/** `random` is a number from 0 to 1. */
export function step(life: Life, event: LifeEvent, now: number, random: number): Step {
	switch (event.kind) {
		case "wanted":
			return want(life, now);
		case "due":
			return life.state.kind === "failed" ? start(life, now, false) : stay(life);
		case "ready":
			return stay({ ...life, state: { kind: "ready", since: now } });
		case "failed":
			return stay(fail(life, event, now, random));
		case "rested":
			return stay({ ...life, state: { kind: "idle" } });
		default:
			return event satisfies never;
	}
}

function want(life: Life, now: number): Step {
	const { state } = life;
	if (state.kind === "idle") return start(life, now, false);
	if (state.kind !== "failed") return stay(life);
	if (state.retryAt === undefined || now >= state.retryAt) return start(life, now, false);
	return state.triedEarly ? { life, action: "refuse" } : start(life, now, true);
}

function start(life: Life, now: number, isHalfOpen: boolean): Step {
	return { life: { ...life, state: { kind: "starting", since: now, isHalfOpen } }, action: "start" };
}

function stay(life: Life): Step {
	return { life, action: "none" };
}

function fail(life: Life, { failure, cause }: LifeEvent & { kind: "failed" }, now: number, random: number): Life {
	const { state } = life;
	const since = state.kind === "starting" || state.kind === "ready" ? state.since : now;
	const wasSound = state.kind === "ready" && now - since >= soundMs;
	const failures = (wasSound ? 0 : life.failures) + 1;
	const isQuick = cause === "exit" && now - since < soundMs;
	const quickExits = wasSound ? 0 : life.quickExits + (isQuick ? 1 : 0);
	const gaveUpAfter = quickExits >= maxQuickExits ? quickExits : 0;
	const isOver = cause === "hopeless" || gaveUpAfter > 0;
	const retryAt = isOver ? undefined : now + retryDelayMs(failures, random);
	const triedEarly = state.kind === "starting" && state.isHalfOpen;
	return { state: { kind: "failed", failure, retryAt, triedEarly, gaveUpAfter }, failures, quickExits };
}

/** 1, 2, 4 … 60 s, give or take a fifth. */
export function retryDelayMs(failures: number, random: number): number {
	const delay = Math.min(lastRetryMs, firstRetryMs * 2 ** (failures - 1));
	return delay * (1 + jitter * (2 * random - 1));
}

/** What happens next with a group that has failed, as a sentence. */
export function describeNext(state: State, now: number): string {
	if (state.kind !== "failed") return "";
	if (state.gaveUpAfter > 0) {
		return `dynamic-mcp gave up after ${state.gaveUpAfter} crashes; the next call tries again.`;
	}
	if (state.retryAt === undefined) return "The next call tries again.";
	return `Next try in ${Math.max(1, Math.ceil((state.retryAt - now) / 1000))} s.`;
}

/** Enough to see what it is about; an error of the group says it all. */
const maxReason = 120;

function shorten(reason: string): string {
	return reason.length <= maxReason ? reason : `${reason.slice(0, maxReason)}…`;
}

/** The state in a few words for the model; undefined when there is nothing to say. */
export function describeState(state: State, now: number): string | undefined {
	switch (state.kind) {
		case "idle":
		case "ready":
			return undefined;
		case "starting":
			return "starting";
		case "failed":
			return `failed: ${shorten(state.failure.reason)}. ${describeNext(state, now)}`;
		default:
			return state satisfies never;
	}
}
