import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { quiet } from "../../test/helpers/memory-channel.ts";
import type { Ending } from "../auth/callback.ts";
import type { SignIn } from "../auth/sign-in.ts";
import { UpstreamError, UserError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Caller, ShownAnswer } from "../relay/caller.ts";
import { failedGroup } from "../relay/texts.ts";
import { createGate } from "./sign-in-gate.ts";

const url = "https://auth.example/authorize?state=x";
const connection = {} as Connection;
const refusal = "HTTP 401; it wants you to sign in";
const needsOne = `Group "jira" needs a sign-in: `;
const address = `Open this address to sign in: ${url}\nThen call again.`;

interface Setting {
	readonly isBrowserOpened?: boolean;
	/** What beginning a sign-in comes to; by default one that waits. */
	readonly begin?: (signal: AbortSignal) => Promise<SignIn | undefined>;
}

/** A group whose server refuses everybody until somebody has signed in. */
function createGated({ isBrowserOpened = true, begin }: Setting = {}) {
	const clock = createFakeClock();
	const { promise: ending, resolve } = Promise.withResolvers<Ending>();
	const done = ending.then(({ kind }) => kind === "signed-in");
	const waiting: SignIn = { url, isBrowserOpened, redirectUri: "http://127.0.0.1:1/callback", ending, done };
	const authorizer = { isSignInNeeded: false };
	const begun: boolean[] = [];
	const opened: string[] = [];
	const gate = createGate({
		clock,
		async open(group) {
			opened.push(group);
			if (group === "jira" && !hasSignedIn) {
				authorizer.isSignInNeeded = true;
				throw new UpstreamError(group, "sign-in", refusal);
			}
			return connection;
		},
		signInOf(group) {
			if (group !== "jira") return undefined;
			return {
				authorizer,
				signIns: {
					begin(signal, isShown) {
						begun.push(isShown);
						return begin?.(signal) ?? Promise.resolve(waiting);
					},
				},
			};
		},
	});
	let hasSignedIn = false;
	const end = async (how: Ending) => {
		hasSignedIn = how.kind === "signed-in";
		if (hasSignedIn) authorizer.isSignInNeeded = false;
		resolve(how);
		await quiet();
	};
	return { clock, gate, end, begun, opened, authorizer };
}

type Gated = ReturnType<typeof createGated>;

function createCaller(more: Partial<Caller> = {}): Caller {
	return { refusal: undefined, show: undefined, signal: new AbortController().signal, ...more };
}

/** What a client would be told: `open`, or the failure's text. */
function outcomeOf({ gate }: Gated, caller: Caller | undefined, group = "jira") {
	let told = "waits";
	const ended = gate.open(group, caller).then(
		() => {
			told = "open";
		},
		(error: unknown) => {
			told = error instanceof UpstreamError ? failedGroup(error) : String(error);
		},
	);
	return { now: () => told, ended };
}

/** A client that shows addresses, and answers when it is told to. */
function createShowing() {
	const seen: unknown[] = [];
	const { promise: answer, resolve } = Promise.withResolvers<ShownAnswer>();
	const show: Caller["show"] = (shownUrl, message) => {
		seen.push([shownUrl, message]);
		return { answer, withdraw: () => seen.push("withdrawn"), complete: () => seen.push("complete") };
	};
	const say = async (what: ShownAnswer) => {
		resolve(what);
		await quiet();
	};
	return { caller: createCaller({ show }), say, seen };
}

test("a group that opens is opened, and nobody is asked for anything", async () => {
	const gated = createGated();
	const outcome = outcomeOf(gated, createCaller(), "other");
	await outcome.ended;
	expect([outcome.now(), gated.begun, gated.gate.describeState("other")]).toEqual(["open", [], undefined]);
});

test("who only looks gets the failure, and no sign-in is begun", async () => {
	const gated = createGated();
	const outcome = outcomeOf(gated, undefined);
	await outcome.ended;
	expect([outcome.now(), gated.begun]).toEqual([`${needsOne}${refusal}. The next call tries again.`, []]);
	expect(gated.gate.describeState("jira")).toBe("needs a sign-in, which a call of one of its tools begins");
});

test("a failure that no sign-in helps with is told as it is", async () => {
	const gated = createGated();
	const failing = createGate({
		...gated,
		open: () => Promise.reject(new UpstreamError("jira", "connect", "gone")),
		signInOf: () => undefined,
	});
	const outcome = outcomeOf({ ...gated, gate: failing }, createCaller());
	await outcome.ended;
	expect(outcome.now()).toBe('Group "jira" could not be reached: gone. The next call tries again.');
});

describe("a caller", () => {
	test("waits until somebody has signed in, and has the group then", async () => {
		const gated = createGated();
		const outcome = outcomeOf(gated, createCaller());
		await quiet();
		const before = outcome.now();
		await gated.end({ kind: "signed-in" });
		expect([before, outcome.now(), gated.begun, gated.opened]).toEqual(["waits", "open", [false], ["jira", "jira"]]);
		expect([gated.clock.pendingTimers, gated.gate.describeState("jira")]).toEqual([0, undefined]);
	});

	test("is told after 45 s to open the address and to call again, and the next call waits anew", async () => {
		const gated = createGated();
		const outcome = outcomeOf(gated, createCaller());
		await quiet();
		gated.clock.advance(44_999);
		await quiet();
		const before = outcome.now();
		gated.clock.advance(1);
		await outcome.ended;
		const where = "nobody has signed in yet in the browser that was opened for it";
		expect([before, outcome.now()]).toEqual(["waits", `${needsOne}${where}. ${address}`]);
		const next = outcomeOf(gated, createCaller());
		await gated.end({ kind: "signed-in" });
		await next.ended;
		expect(next.now()).toBe("open");
	});

	test("is told the address at once where no browser shows it, and waits the next time", async () => {
		const gated = createGated({ isBrowserOpened: false });
		const first = outcomeOf(gated, createCaller());
		await first.ended;
		const next = outcomeOf(gated, createCaller());
		await quiet();
		expect([first.now(), next.now()]).toEqual([`${needsOne}nobody has signed in yet. ${address}`, "waits"]);
		await gated.end({ kind: "signed-in" });
		expect(next.now()).toBe("open");
	});

	test("is told when the person has said no, or it went wrong", async () => {
		const gated = createGated();
		const outcome = outcomeOf(gated, createCaller());
		await gated.end({ kind: "denied", reason: "the sign-in at https://auth.example/ was denied" });
		expect(outcome.now()).toBe(
			`${needsOne}the sign-in at https://auth.example/ was denied. Call again to start another one.`,
		);
	});

	test("who was refused by a running server is not sent there again first", async () => {
		const gated = createGated();
		gated.authorizer.isSignInNeeded = true;
		const outcome = outcomeOf(gated, createCaller({ refusal }));
		await quiet();
		expect(gated.opened).toEqual([]);
		await gated.end({ kind: "signed-in" });
		expect([outcome.now(), gated.opened]).toEqual(["open", ["jira"]]);
	});

	test("is told what is in the way of a sign-in, and what else there is", async () => {
		const gated = createGated({
			begin: () => Promise.reject(new UserError("nothing is there", { hint: "look again" })),
		});
		const outcome = outcomeOf(gated, createCaller());
		await outcome.ended;
		expect(outcome.now()).toBe(
			`${needsOne}${refusal}. But nothing is there. Look again. Or give it a token by "headers": {"Authorization": "Bearer \${TOKEN}"} in the config.`,
		);
	});

	test("is told when it takes long to find out where to sign in", async () => {
		const begin = (signal: AbortSignal) =>
			new Promise<never>((_, reject) => {
				signal.addEventListener("abort", () => reject(signal.reason as Error));
			});
		const gated = createGated({ begin });
		const outcome = outcomeOf(gated, createCaller());
		await quiet();
		gated.clock.advance(45_000);
		await outcome.ended;
		expect(outcome.now()).toBe(`${needsOne}it takes long to find out where to sign in. Call again in a moment.`);
	});

	test("need not wait when another process has seen to it", async () => {
		const gated = createGated({
			async begin() {
				await gated.end({ kind: "signed-in" });
				return undefined;
			},
		});
		const outcome = outcomeOf(gated, createCaller());
		await outcome.ended;
		expect(outcome.now()).toBe("open");
	});

	test("who has gone is not waited for", async () => {
		const gated = createGated();
		const gone = new AbortController();
		const outcome = outcomeOf(gated, createCaller({ signal: gone.signal }));
		await quiet();
		gone.abort();
		await outcome.ended;
		expect([outcome.now().startsWith(needsOne), gated.clock.pendingTimers]).toEqual([true, 0]);
	});
});

describe("a client that shows addresses", () => {
	test("is asked to, in place of a browser of ours, and told when it was of use", async () => {
		const gated = createGated({ isBrowserOpened: false });
		const { caller, say, seen } = createShowing();
		const outcome = outcomeOf(gated, caller);
		await say("accept");
		const before = outcome.now();
		await gated.end({ kind: "signed-in" });
		expect([before, outcome.now(), gated.begun]).toEqual(["waits", "open", [true]]);
		expect(seen).toEqual([[url, "Sign in to jira, so that its tools can be used."], "complete", "withdrawn"]);
	});

	test("is answered that, when its person declines", async () => {
		const gated = createGated({ isBrowserOpened: false });
		const { caller, say } = createShowing();
		const outcome = outcomeOf(gated, caller);
		await say("decline");
		expect(outcome.now()).toBe(`${needsOne}the user does not want to sign in now. Call again to start another one.`);
	});

	test("is answered with the address, when it has not asked its person", async () => {
		const gated = createGated({ isBrowserOpened: false });
		const { caller, say } = createShowing();
		const outcome = outcomeOf(gated, caller);
		await say("failed");
		expect(outcome.now()).toBe(`${needsOne}nobody has signed in yet. ${address}`);
	});

	test("is told that it was of use also when the call has been answered before", async () => {
		const gated = createGated({ isBrowserOpened: false });
		const { caller, say, seen } = createShowing();
		const outcome = outcomeOf(gated, caller);
		await say("accept");
		gated.clock.advance(45_000);
		await outcome.ended;
		await gated.end({ kind: "signed-in" });
		expect(seen.slice(1)).toEqual(["withdrawn", "complete"]);
	});
});
