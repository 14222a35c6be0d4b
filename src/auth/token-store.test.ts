import { describe, expect, test } from "bun:test";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { absent, createFakeKeychain, type FakeKeychain, lock, signInFor } from "../../test/helpers/sign-ins.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { UserError } from "../base/errors.ts";
import { recordName } from "./record.ts";
import { openTokenStore, type TokenStoreOptions } from "./token-store.ts";

const resource = "https://mcp.example.com/a";
const name = recordName(resource);

/** A home and a keychain, and stores of all kinds on them, each as of a process of its own. */
function openHome() {
	const home = openTempDir();
	const keychain = createFakeKeychain();
	const problems: string[] = [];
	const clock = createFakeClock();
	const folder = join(home.path, ".dynamic-mcp", "oauth-servers");
	const open = (kind: TokenStoreOptions["kind"], more: Partial<TokenStoreOptions> = {}) =>
		openTokenStore({
			kind,
			home: home.path,
			onProblem: (text) => problems.push(text),
			secrets: keychain,
			clock,
			platform: "linux",
			...more,
		});
	return {
		open,
		keychain,
		clock,
		problems,
		folder,
		files: () => readdirSync(folder).sort(),
		[Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
	};
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => "no failure",
		(error: unknown) => error,
	);
	return error instanceof UserError ? `${error.message} | ${error.hint}` : String(error);
}

const tokensIn = ({ kept }: FakeKeychain) => [...kept.values()].map((text) => /access-\d/.exec(text)?.[0]);

describe("auto, with a keychain that works,", () => {
	test("keeps a sign-in there, and in no file", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		expect([tokensIn(at.keychain), at.files()]).toEqual([["access-1"], [`${name}.keychain`]]);
		const other = at.open("auto");
		expect([await other.read(resource), await other.list()]).toEqual([signInFor(resource), [signInFor(resource)]]);
		expect(at.problems).toEqual([]);
	});

	test("finds what is in a file from before, and moves it when it is written", async () => {
		await using at = openHome();
		await at.open("file").write(signInFor(resource));
		const store = at.open("auto");
		expect(await store.read(resource)).toEqual(signInFor(resource));
		await store.write(signInFor(resource, "access-2"));
		expect([tokensIn(at.keychain), at.files()]).toEqual([["access-2"], [`${name}.keychain`]]);
		expect(await at.open("auto").read(resource)).toEqual(signInFor(resource, "access-2"));
	});

	test("asks no keychain that has nothing: its owner may have to unlock it", async () => {
		await using at = openHome();
		const store = at.open("auto");
		await store.read(resource);
		await store.list();
		await store.remove(resource);
		expect(at.keychain.asked).toEqual([]);
	});

	test("takes the later of two, also when the clock was set back", async () => {
		await using at = openHome();
		await at.open("auto", { now: () => 1_000 }).write(signInFor(resource));
		at.keychain.trouble = absent;
		// Without its keychain it knows nothing of the first one, and the person signs in anew.
		await at.open("auto", { now: () => 2_000 }).write(signInFor(resource, "access-2"));
		at.keychain.trouble = undefined;
		expect(await at.open("auto").read(resource)).toEqual(signInFor(resource, "access-2"));
		await at.open("auto", { now: () => 500 }).write(signInFor(resource, "access-3"));
		expect(await at.open("auto").read(resource)).toEqual(signInFor(resource, "access-3"));
		expect([tokensIn(at.keychain), at.files()]).toEqual([["access-3"], [`${name}.keychain`]]);
	});

	test("keeps what is too big for Windows in a file, and says so", async () => {
		await using at = openHome();
		const store = at.open("auto", { platform: "win32" });
		const big = signInFor(resource, "x".repeat(2_000));
		await store.write(signInFor(resource));
		await store.write(big);
		expect([await store.read(resource), await at.open("auto").read(resource)]).toEqual([big, big]);
		expect(at.problems).toEqual([
			`the keychain cannot be used: the sign-in has more than 2560 bytes, the most that it takes. So the sign-in for ${resource} can only be kept in files, in ${at.folder}`,
		]);
	});

	test("forgets both copies", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		await at.open("file").write(signInFor(resource, "access-2"));
		await at.open("auto").remove(resource);
		expect([at.keychain.kept.size, at.files(), await at.open("auto").list()]).toEqual([0, [], []]);
	});
});

describe("auto, with a keychain that does not work,", () => {
	test("keeps sign-ins in files, and says so once", async () => {
		await using at = openHome();
		at.keychain.trouble = absent;
		const store = at.open("auto");
		await store.write(signInFor(resource));
		await store.write(signInFor("https://b.example.com/"));
		expect(await store.read(resource)).toEqual(signInFor(resource));
		expect(at.problems).toEqual([
			`the keychain cannot be used: libsecret not available. So sign-ins can only be kept in files, in ${at.folder}`,
		]);
		expect(at.files()).toEqual([`${recordName("https://b.example.com/")}.tokens.json`, `${name}.tokens.json`].sort());
		// It knows by now, and asks no more.
		expect(at.keychain.asked).toEqual(["get"]);
		expect(await failureOf(store.remove(resource))).toBe("no failure");
	});

	test("waits five seconds for one that is locked, not for each sign-in", async () => {
		await using at = openHome();
		const asked = Promise.withResolvers<void>();
		at.keychain.trouble = () => {
			asked.resolve();
			return new Promise(() => {});
		};
		const store = at.open("auto");
		const writes = Promise.all([store.write(signInFor(resource)), store.write(signInFor("https://b.example.com/"))]);
		await asked.promise;
		at.clock.advance(5_000);
		await writes;
		expect([(await store.list()).length, at.keychain.asked, at.problems.length]).toEqual([2, ["get"], 1]);
	});

	test("counts what is in it as not there, and cannot forget it", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		at.keychain.trouble = absent;
		const store = at.open("auto");
		expect([await store.read(resource), await store.list()]).toEqual([undefined, []]);
		for (const kind of ["auto", "file"] as const) {
			expect(await failureOf(at.open(kind).remove(resource))).toBe(
				`the sign-in for ${resource} may still be in the keychain, which cannot be used: libsecret not available | Unlock it and try again, or remove what it has under "dynamic-mcp".`,
			);
		}
		at.keychain.trouble = undefined;
		await at.open("file").remove(resource);
		expect([at.keychain.kept.size, at.files()]).toEqual([0, []]);
	});

	test("and says that it has nothing, as it is locked, is not believed", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		const { unlock } = lock(at.keychain);
		expect(await at.open("auto").read(resource)).toBeUndefined();
		expect(at.problems).toEqual([`the keychain does not give back the sign-in for ${resource}: it may be locked`]);
		const forgetting = failureOf(at.open("auto").remove(resource));
		expect(await forgetting).toContain("may still be in the keychain, which cannot be used: Cannot create an item");
		await at.open("auto").write(signInFor(resource, "access-2"));
		expect(await at.open("auto").read(resource)).toEqual(signInFor(resource, "access-2"));
		unlock();
		expect(await at.open("auto").read(resource)).toEqual(signInFor(resource, "access-2"));
		await at.open("auto").remove(resource);
		expect([at.keychain.kept.size, at.files()]).toEqual([0, []]);
	});

	test("is no longer asked about what its owner has removed from it", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		at.keychain.kept.clear();
		await at.open("auto").remove(resource);
		expect([at.keychain.kept.size, at.files()]).toEqual([0, []]);
	});

	test("that fails only when something is put in, keeps the file it had", async () => {
		await using at = openHome();
		at.keychain.set = absent;
		const store = at.open("auto");
		await store.write(signInFor(resource));
		expect([await store.read(resource), at.files()]).toEqual([signInFor(resource), [`${name}.tokens.json`]]);
	});
});

describe("keychain", () => {
	test("keeps what was in a file from before in the keychain only", async () => {
		await using at = openHome();
		await at.open("file").write(signInFor(resource));
		const store = at.open("keychain");
		expect(await store.read(resource)).toEqual(signInFor(resource));
		await store.write(signInFor(resource, "access-2"));
		expect([tokensIn(at.keychain), at.files()]).toEqual([["access-2"], [`${name}.keychain`]]);
		await store.remove(resource);
		expect([at.keychain.kept.size, at.files()]).toEqual([0, []]);
	});

	test("that cannot be used is said at once, with what to do, and nothing comes into a file", async () => {
		await using at = openHome();
		at.keychain.trouble = absent;
		const store = at.open("keychain");
		const failure =
			'the keychain cannot be used: libsecret not available | Unlock it and try again, or set "tokenStore": "file" in the settings to keep sign-ins in files.';
		const work = () => Promise.reject(new Error("was run"));
		const beginning = store.locked(resource, "sign-in", new AbortController().signal, work);
		expect([await failureOf(store.write(signInFor(resource))), await failureOf(beginning)]).toEqual([failure, failure]);
		expect(at.files()).toEqual([]);
		at.keychain.trouble = undefined;
		expect(await failureOf(store.write(signInFor(resource)))).toBe("no failure");
		at.keychain.trouble = absent;
		expect(await failureOf(store.read(resource))).toBe(failure);
	});

	test("that is locked is noticed before a person signs in for nothing", async () => {
		await using at = openHome();
		const { unlock } = lock(at.keychain);
		const store = at.open("keychain");
		const begin = () => store.locked(resource, "sign-in", new AbortController().signal, async () => {});
		expect(await failureOf(begin())).toStartWith(
			"the keychain cannot be used: Cannot create an item in a locked collection | Unlock it and try again",
		);
		unlock();
		expect([await failureOf(begin()), at.keychain.kept.size]).toEqual(["no failure", 0]);
	});

	test("that has no room says so", async () => {
		await using at = openHome();
		const store = at.open("keychain", { platform: "win32" });
		expect(await failureOf(store.write(signInFor(resource, "x".repeat(2_000))))).toBe(
			'the keychain cannot keep the sign-in: the sign-in has more than 2560 bytes, the most that it takes | To go on, set "tokenStore": "file" in the settings to keep sign-ins in files.',
		);
		expect(at.files()).toEqual([]);
	});
});

describe("file", () => {
	test("asks no keychain, not even about what is in it", async () => {
		await using at = openHome();
		await at.open("auto").write(signInFor(resource));
		at.keychain.asked.length = 0;
		const store = at.open("file");
		expect([await store.read(resource), await store.list()]).toEqual([undefined, []]);
		await store.write(signInFor(resource, "access-2"));
		expect([await store.list(), at.keychain.asked]).toEqual([[signInFor(resource, "access-2")], []]);
	});
});

test.skipIf(process.platform === "win32")(
	"a file that others can read is refused whatever the keychain has",
	async () => {
		await using at = openHome();
		await at.open("file").write(signInFor(resource));
		chmodSync(join(at.folder, `${name}.tokens.json`), 0o604);
		for (const kind of ["auto", "keychain"] as const) {
			expect(await failureOf(at.open(kind).read(resource))).toContain("its mode is 0604");
		}
	},
);

test.skipIf(process.platform !== "linux")(
	"the system's own keychain, where there is none, is done without",
	async () => {
		await using home = openTempDir();
		const script = `
		import { openTokenStore } from ${JSON.stringify(`${import.meta.dir}/token-store.ts`)};
		const store = openTokenStore({ kind: "auto", home: process.env.HOME, onProblem: (text) => console.log(text) });
		const signIn = ${JSON.stringify(signInFor(resource))};
		await store.write(signIn);
		await store.write(signIn);
		console.log(JSON.stringify(await store.read(signIn.resource)));
	`;
		// With an address that leads nowhere, so that what a person keeps on this machine is not touched.
		const env = { HOME: home.path, DBUS_SESSION_BUS_ADDRESS: `unix:path=${home.path}/none` };
		const child = Bun.spawn([process.execPath, "-e", script], { env, stderr: "inherit" });
		const lines = (await child.stdout.text()).trim().split("\n");
		expect(lines).toEqual([
			expect.stringMatching(/^the keychain cannot be used: .+ So sign-ins can only be kept in files, in /) as never,
			JSON.stringify(signInFor(resource)),
		]);
		expect(readdirSync(join(home.path, ".dynamic-mcp", "oauth-servers"))).toEqual([`${name}.tokens.json`]);
	},
);
