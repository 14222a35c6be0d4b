/** One sign-in at a time, whoever asks: how it begins, how it ends, and what others see of it meanwhile. */
import { describe, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { callbackOf, openSignIns, resource, visit } from "../../test/helpers/waiting-sign-ins.ts";
import { UserError } from "../base/errors.ts";
import type { SignIn, SignIns } from "./sign-in.ts";

const never = new AbortController().signal;
const good = { code: "good" };

async function begin(signIns: SignIns): Promise<SignIn> {
	const signIn = await signIns.begin(never);
	if (signIn === undefined) throw new Error("no sign-in was needed");
	return signIn;
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
	const error = await promise.then(() => undefined).catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(UserError);
	return `${(error as UserError).message} | ${(error as UserError).hint}`;
}

test("a person signs in, and everything that waited is gone", async () => {
	await using folder = openTempDir();
	await using tried = openSignIns({ folder: folder.path });
	const signIn = await begin(tried.signIns);
	expect(tried.opened).toEqual([signIn.url]);
	expect(signIn.isBrowserOpened).toBe(true);
	expect(await visit(callbackOf(signIn.url, good))).toBe(200);
	expect(await signIn.done).toBe(true);
	expect((await tried.store.read(resource))?.tokens).toBeDefined();
	expect(readdirSync(folder.path)).toEqual([]);
	expect(await visit(callbackOf(signIn.url, good)).catch(() => "refused")).toBe("refused");
});

test("everybody who asks meanwhile gets the same sign-in, and one browser is opened", async () => {
	await using folder = openTempDir();
	await using tried = openSignIns({ folder: folder.path });
	const found = await Promise.all([1, 2, 3].map(() => begin(tried.signIns)));
	found.push(await begin(tried.signIns));
	expect(new Set(found.map(({ url }) => url)).size).toBe(1);
	expect(tried.authorizer.prepared).toHaveLength(1);
	expect(tried.opened).toHaveLength(1);
});

test("who no longer waits for it to begin does not end it for others", async () => {
	await using folder = openTempDir();
	await using tried = openSignIns({ folder: folder.path });
	const impatient = tried.signIns.begin(AbortSignal.abort(new UserError("cancelled")));
	const other = begin(tried.signIns);
	expect(await failureOf(impatient)).toStartWith("cancelled");
	expect(await visit(callbackOf((await other).url, good))).toBe(200);
});

describe("it ends without tokens", () => {
	test.each([
		["when the person says no", { error: "access_denied" }, 403, "denied", "the sign-in was denied"],
		["when the code is not taken", { code: "bad" }, 500, "failed", "the code was not taken\nTry again."],
	] as const)("%s, and the next one is a new one", async (_when, brought, status, kind, reason) => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		const signIn = await begin(tried.signIns);
		expect(await visit(callbackOf(signIn.url, brought))).toBe(status);
		expect(await signIn.done).toBe(false);
		const next = await begin(tried.signIns);
		expect(await signIn.ending).toEqual({ kind, reason });
		expect(next.url).not.toBe(signIn.url);
		expect(tried.opened).toHaveLength(2);
	});

	test("and whoever asks after the page has said so begins anew, while what waited is still being tidied up", async () => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		const signIn = await begin(tried.signIns);
		expect(await visit(callbackOf(signIn.url, { error: "access_denied" }))).toBe(403);
		expect((await begin(tried.signIns)).url).not.toBe(signIn.url);
	});

	test("when nobody comes within 5 minutes", async () => {
		await using folder = openTempDir();
		const clock = createFakeClock();
		await using tried = openSignIns({ folder: folder.path, clock, now: clock.now });
		const signIn = await begin(tried.signIns);
		clock.advance(299_999);
		expect(await visit(callbackOf(signIn.url, { code: "good", state: "wrong" }))).toBe(400);
		clock.advance(1);
		expect(await signIn.ending).toEqual({ kind: "failed", reason: "nobody has signed in within 5 minutes" });
		expect(readdirSync(folder.path)).toEqual([]);
		expect(await visit(callbackOf(signIn.url, good)).catch(() => "refused")).toBe("refused");
		expect(tried.faults).toEqual([]);
	});

	test("when it is closed, and no other begins", async () => {
		await using folder = openTempDir();
		const tried = openSignIns({ folder: folder.path });
		const signIn = await begin(tried.signIns);
		await tried.signIns.close();
		expect(await signIn.ending).toEqual({ kind: "failed", reason: "the sign-in was called off" });
		expect(readdirSync(folder.path)).toEqual([]);
		expect(await failureOf(begin(tried.signIns))).toStartWith("the sign-in was called off");
	});

	test("when it is a fault of ours, which is told to who has to know", async () => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		const fault = new TypeError("x is not a function");
		tried.store.write = async () => Promise.reject(fault);
		const signIn = await begin(tried.signIns);
		expect(await visit(callbackOf(signIn.url, good))).toBe(500);
		expect(await signIn.ending).toEqual({ kind: "failed", reason: "something went wrong in dynamic-mcp" });
		expect(tried.faults).toEqual([fault]);
	});
});

test("what does not come about is told, leaves nothing behind, and can be tried again", async () => {
	await using folder = openTempDir();
	await using tried = openSignIns({ folder: folder.path });
	const { prepare } = tried.authorizer;
	const uris: string[] = [];
	tried.authorizer.prepare = async (uri) => {
		uris.push(uri);
		throw new UserError("https://docs.example/.well-known/x answers with 500");
	};
	expect(await failureOf(begin(tried.signIns))).toContain("answers with 500");
	expect(await visit(uris[0] ?? "").catch(() => "refused")).toBe("refused");
	tried.authorizer.prepare = prepare;
	expect(await visit(callbackOf((await begin(tried.signIns)).url, good))).toBe(200);
});

test("a port of one's own is where the browser comes back to, also the next time", async () => {
	await using folder = openTempDir();
	const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
	const redirectPort = probe.port ?? 0;
	await using tried = openSignIns({ folder: folder.path, redirectPort });
	expect(await failureOf(begin(tried.signIns))).toContain(`port ${redirectPort} of oauth_redirect_port is in use`);
	await probe.stop(true);
	const first = await begin(tried.signIns);
	expect(first.redirectUri).toBe(`http://127.0.0.1:${redirectPort}/callback`);
	await visit(callbackOf(first.url, { error: "access_denied" }));
	await first.done;
	expect((await begin(tried.signIns)).redirectUri).toBe(first.redirectUri);
});

describe("another process", () => {
	/** Two that share a home, as processes do. */
	async function openTwo(clock = createFakeClock()) {
		const folder = openTempDir();
		const first = openSignIns({ folder: folder.path, clock, now: clock.now });
		const shared = { folder: folder.path, store: first.store, clock, now: clock.now };
		const second = openSignIns({ ...shared, pid: process.ppid });
		return {
			first,
			second,
			clock,
			folder: folder.path,
			/** Turns the clock until it is known how the sign-in has ended. */
			async endOf({ ending }: SignIn) {
				const isOver = () => Bun.peek.status(ending) !== "pending";
				while (!isOver()) {
					clock.advance(500);
					await new Promise(setImmediate);
				}
				return ending;
			},
			async [Symbol.asyncDispose]() {
				await Promise.all([first.signIns.close(), second.signIns.close()]);
				await folder[Symbol.asyncDispose]();
			},
		};
	}

	test("gets the same address, opens no browser and registers nothing", async () => {
		await using two = await openTwo();
		const [one, other] = await Promise.all([begin(two.first.signIns), begin(two.second.signIns)]);
		expect(other.url).toBe(one.url);
		expect(other.isBrowserOpened).toBe(true);
		expect([...two.first.opened, ...two.second.opened]).toEqual([one.url]);
		expect([...two.first.authorizer.prepared, ...two.second.authorizer.prepared]).toHaveLength(1);
	});

	test("learns that the person has signed in", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		const other = await begin(two.second.signIns);
		expect(await visit(callbackOf(one.url, good))).toBe(200);
		expect(await one.done).toBe(true);
		expect(await two.endOf(other)).toEqual({ kind: "signed-in" });
		expect(await other.done).toBe(true);
	});

	test("learns that there is no sign-in, and begins its own the next time", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		const other = await begin(two.second.signIns);
		await visit(callbackOf(one.url, { error: "access_denied" }));
		const reason = "the sign-in that waited in another process has ended without one";
		expect(await two.endOf(other)).toEqual({ kind: "failed", reason });
		const next = await begin(two.second.signIns);
		expect(next.url).not.toBe(one.url);
		expect(two.second.opened).toEqual([next.url]);
	});

	test("that was refused before the tokens came needs no sign-in any more", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		await visit(callbackOf(one.url, good));
		await one.done;
		expect(await two.second.signIns.begin(never)).toBeUndefined();
		expect(two.second.opened).toEqual([]);
	});

	test("that wants to sign in although there are tokens may", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		await visit(callbackOf(one.url, good));
		await one.done;
		two.second.authorizer.isSignInNeeded = false;
		const again = await begin(two.second.signIns);
		// One more follows it, and the tokens that were there before are not taken for those that come of it.
		const follower = await begin(openFollower(two));
		await two.second.signIns.close();
		expect((await two.endOf(follower)).kind).toBe("failed");
		expect(follower.url).toBe(again.url);
	});

	function openFollower({ first, clock, folder }: Awaited<ReturnType<typeof openTwo>>) {
		const more = openSignIns({ folder, store: first.store, clock, now: clock.now });
		more.authorizer.isSignInNeeded = false;
		return more.signIns;
	}

	test("takes a pasted address to the one that waits", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		await begin(two.second.signIns);
		await two.second.signIns.paste(callbackOf(one.url, good));
		expect(await one.done).toBe(true);
	});

	test("that goes away does not end the other's sign-in", async () => {
		await using two = await openTwo();
		const one = await begin(two.first.signIns);
		const other = await begin(two.second.signIns);
		await two.second.signIns.close();
		expect(await other.done).toBe(false);
		expect(await visit(callbackOf(one.url, good))).toBe(200);
	});

	test("that is gone is not waited for", async () => {
		await using folder = openTempDir();
		await using gone = openSignIns({ folder: folder.path, pid: 2 ** 30 });
		await begin(gone.signIns);
		await using next = openSignIns({ folder: folder.path, pid: process.pid });
		const own = await begin(next.signIns);
		expect(next.opened).toEqual([own.url]);
	});

	test("cannot be seen by other people of the machine", async () => {
		await using two = await openTwo();
		await begin(two.first.signIns);
		const modes = readdirSync(two.folder).map((name) => statSync(`${two.folder}/${name}`).mode & 0o777);
		expect(modes).toEqual([0o600]);
	});
});

describe("the address that the browser was sent to", () => {
	test("can be pasted instead", async () => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		const signIn = await begin(tried.signIns);
		await tried.signIns.paste(`  "${callbackOf(signIn.url, good)}"\n`);
		expect(await signIn.done).toBe(true);
	});

	test("is told apart from that of another sign-in, which changes nothing", async () => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		const signIn = await begin(tried.signIns);
		const wrong = callbackOf(signIn.url, { code: "good", state: "wrong" });
		expect(await failureOf(tried.signIns.paste(wrong))).toContain("that address is of another sign-in");
		await tried.signIns.paste(callbackOf(signIn.url, good));
		expect(await signIn.done).toBe(true);
	});

	test("is of no use when no sign-in waits", async () => {
		await using folder = openTempDir();
		await using tried = openSignIns({ folder: folder.path });
		expect(await failureOf(tried.signIns.paste("http://127.0.0.1:1/callback"))).toContain("no sign-in is waiting");
	});
});
