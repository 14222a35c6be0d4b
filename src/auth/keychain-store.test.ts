import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { absent, createFakeKeychain, signInFor } from "../../test/helpers/sign-ins.ts";
import { createKeychainStore, KeychainError } from "./keychain-store.ts";
import { formatKept } from "./record.ts";

const resource = "https://mcp.example.com/a";
const restMs = 60_000;

function openStore(platform: NodeJS.Platform = "linux") {
	const keychain = createFakeKeychain();
	const clock = createFakeClock();
	return { keychain, clock, store: createKeychainStore({ secrets: keychain, clock, platform, restMs }) };
}

const keptWith = (accessToken: string, of = resource) => ({ savedAt: 1, signIn: signInFor(of, accessToken) });

async function failureOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => "no failure",
		(error: unknown) => error,
	);
	return error instanceof KeychainError ? `${error.reason}: ${error.message}` : String(error);
}

/** A keychain that waits for its owner; `asked` resolves when it does. */
function silence() {
	const asked = Promise.withResolvers<void>();
	const owner = Promise.withResolvers<void>();
	const trouble = () => {
		asked.resolve();
		return owner.promise;
	};
	return { asked: asked.promise, owner, trouble };
}

const silent = "silent: it does not answer within 5 seconds; it may be locked, or wait for you";

describe("a keychain that works", () => {
	test("gives back what was put in, under the program's name and the server's address", async () => {
		const { store, keychain } = openStore();
		await store.write(keptWith("t"));
		expect([...keychain.kept]).toEqual([[`dynamic-mcp ${resource}`, formatKept(keptWith("t"))]]);
		expect(await store.read(resource)).toEqual(keptWith("t"));
		await store.remove(resource);
		expect([await store.read(resource), keychain.kept.size]).toEqual([undefined, 0]);
	});

	test("has a short name for a long address", async () => {
		const { store, keychain } = openStore();
		const long = `https://mcp.example.com/${"a".repeat(300)}`;
		await store.write(keptWith("t", long));
		expect([...keychain.kept.keys()]).toEqual([
			expect.stringMatching(/^dynamic-mcp mcp\.example\.com-[0-9a-f]{32}$/) as unknown as string,
		]);
		expect(await store.read(long)).toEqual(keptWith("t", long));
	});

	test("never gives what is for another server, or no sign-in", async () => {
		const { store, keychain } = openStore();
		keychain.kept.set(`dynamic-mcp ${resource}`, formatKept(keptWith("t", "https://evil.example.com/")));
		expect(await store.read(resource)).toBeUndefined();
		keychain.kept.set(`dynamic-mcp ${resource}`, "something else");
		expect(await store.read(resource)).toBeUndefined();
	});

	test("leaves no timer behind", async () => {
		const { store, clock } = openStore();
		await store.write(keptWith("t"));
		expect(clock.pendingTimers).toBe(0);
	});
});

describe("a sign-in that is too big", () => {
	test("for Windows is not put in, to the byte", async () => {
		const { store, keychain } = openStore("win32");
		const room = 2560 - Buffer.byteLength(formatKept(keptWith("")));
		// The token is in it twice: see `signInFor`.
		const fitting = keptWith("x".repeat(Math.floor(room / 2)));
		expect(await failureOf(store.write(fitting))).toBe("no failure");
		expect(await failureOf(store.write(keptWith("x".repeat(Math.floor(room / 2) + 1))))).toBe(
			"size: the sign-in has more than 2560 bytes, the most that it takes",
		);
		expect([await store.read(resource), keychain.kept.size]).toEqual([fitting, 1]);
	});

	test("for one that cuts it off is taken out again", async () => {
		const { store, keychain } = openStore();
		const { set } = keychain;
		keychain.set = (options) => set({ ...options, value: options.value.slice(0, 100) });
		expect(await failureOf(store.write(keptWith("t")))).toBe(
			"size: it does not give back what was put in, maybe for its length",
		);
		expect(keychain.kept.size).toBe(0);
	});
});

describe("a keychain that fails", () => {
	test("is left in peace for a while, then asked again", async () => {
		const { store, keychain, clock } = openStore();
		keychain.trouble = absent;
		expect(await failureOf(store.read(resource))).toBe("failed: libsecret not available");
		keychain.trouble = undefined;
		clock.advance(restMs - 1);
		expect(await failureOf(store.write(keptWith("t")))).toBe("failed: libsecret not available");
		expect(keychain.asked).toEqual(["get"]);
		clock.advance(1);
		expect(await failureOf(store.write(keptWith("t")))).toBe("no failure");
	});

	test("by throwing at once is no different", async () => {
		const { store, keychain } = openStore();
		keychain.get = () => {
			throw new TypeError("not supported");
		};
		expect(await failureOf(store.read(resource))).toBe("failed: not supported");
	});
});

describe("a keychain that waits for its owner", () => {
	test("is given five seconds, once for all who wait for it", async () => {
		const { store, keychain, clock } = openStore();
		const { asked, trouble } = silence();
		keychain.trouble = trouble;
		const failures = Promise.all([store.read(resource), store.read("https://b.example.com/")].map(failureOf));
		await asked;
		clock.advance(5_000);
		expect(await failures).toEqual([silent, silent]);
		clock.advance(restMs);
		// It is still showing its question: no second one.
		expect(await failureOf(store.read(resource))).toBe(silent);
		expect(keychain.asked).toEqual(["get"]);
	});

	test("works as soon as the owner has said yes", async () => {
		const { store, keychain, clock } = openStore();
		const { asked, owner, trouble } = silence();
		keychain.trouble = trouble;
		const failure = failureOf(store.write(keptWith("t")));
		await asked;
		clock.advance(5_000);
		expect(await failure).toBe(silent);
		owner.resolve();
		await owner.promise;
		await Bun.sleep(0);
		// It has done late what it was asked.
		expect(await store.read(resource)).toEqual(keptWith("t"));
	});

	test("is left in peace when the owner has said no", async () => {
		const { store, keychain, clock } = openStore();
		const { asked, owner, trouble } = silence();
		keychain.trouble = trouble;
		const failure = failureOf(store.read(resource));
		await asked;
		clock.advance(5_000);
		await failure;
		owner.reject(new Error("cancelled"));
		await Bun.sleep(0);
		expect(await failureOf(store.read(resource))).toBe(silent);
		expect(keychain.asked).toEqual(["get"]);
	});
});
