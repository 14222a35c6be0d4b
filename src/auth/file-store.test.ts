import { describe, expect, test } from "bun:test";
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { signInFor } from "../../test/helpers/sign-ins.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { UserError } from "../base/errors.ts";
import { formatKept, recordName } from "./record.ts";
import { openTokenStore } from "./token-store.ts";

const isPosix = process.platform !== "win32";
const resource = "https://mcp.example.com/a";
const fileName = (of = resource) => `${recordName(of)}.tokens.json`;

function openStore() {
	const home = openTempDir();
	const problems: string[] = [];
	const folder = join(home.path, ".dynamic-mcp", "oauth-servers");
	const open = () => openTokenStore({ kind: "file", home: home.path, onProblem: (text) => problems.push(text) });
	return {
		store: open(),
		reopen: open,
		home,
		folder,
		file: join(folder, fileName()),
		problems,
		[Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
	};
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function failureOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => "no failure",
		(error: unknown) => error,
	);
	return error instanceof UserError ? `${error.message} | ${error.hint}` : String(error);
}

describe("sign-ins in files", () => {
	test("are read as they were written, by another process as well", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		expect(await at.reopen().read(resource)).toEqual(signInFor(resource));
	});

	test("are not there before they are written, and not after they are removed", async () => {
		await using at = openStore();
		expect(await at.store.read(resource)).toBeUndefined();
		await at.store.remove(resource);
		expect([await at.store.list(), existsSync(at.folder)]).toEqual([[], false]);
		await at.store.write(signInFor(resource));
		await at.store.remove(resource);
		expect([await at.store.read(resource), readdirSync(at.folder)]).toEqual([undefined, []]);
	});

	test("of two servers on one host do not mix", async () => {
		await using at = openStore();
		const other = "https://mcp.example.com/b";
		await at.store.write(signInFor(resource, "of-a"));
		await at.store.write(signInFor(other, "of-b"));
		expect((await at.store.list()).toSorted((a, b) => (a.resource < b.resource ? -1 : 1))).toEqual([
			signInFor(resource, "of-a"),
			signInFor(other, "of-b"),
		]);
		await at.store.remove(other);
		expect([await at.store.read(resource), await at.store.read(other)]).toEqual([
			signInFor(resource, "of-a"),
			undefined,
		]);
	});

	test("written at once are each whole, and the last one counts", async () => {
		await using at = openStore();
		const tokens = Array.from({ length: 20 }, (_, index) => `${index}-`.repeat(500));
		const reads: Promise<unknown>[] = [];
		await Promise.all(
			tokens.map((token) => {
				reads.push(at.store.read(resource));
				return at.store.write(signInFor(resource, token));
			}),
		);
		const seen = (await Promise.all(reads)).filter((signIn) => signIn !== undefined);
		for (const signIn of seen)
			expect(tokens.map((token) => signInFor(resource, token))).toContainEqual(signIn as never);
		expect(await at.store.read(resource)).toEqual(signInFor(resource, tokens.at(-1)));
		expect([readdirSync(at.folder), at.problems]).toEqual([[fileName()], []]);
	});

	test("do not show what a killed process left half written, and remove it after an hour", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		const [old, young] = [`${at.file}.1-0123abcd.tmp`, `${at.file}.2-0123abcd.tmp`];
		for (const path of [old, young]) writeFileSync(path, "{", { mode: 0o600 });
		const longAgo = Date.now() / 1000 - 3_700;
		utimesSync(old, longAgo, longAgo);
		expect(await at.store.list()).toEqual([signInFor(resource)]);
		await at.store.write(signInFor(resource, "access-2"));
		expect(readdirSync(at.folder).sort()).toEqual([fileName(), `${fileName()}.2-0123abcd.tmp`]);
	});
});

describe("a file that is no good", () => {
	test.each([
		["half of one", "{"],
		["of a newer version", JSON.stringify({ version: 2, savedAt: 1, signIn: signInFor(resource) })],
		["empty", ""],
	])("(%s) counts as not there, is told of once, and stays until it is replaced", async (_, text) => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		writeFileSync(at.file, text);
		expect([await at.store.read(resource), await at.store.read(resource), await at.store.list()]).toEqual([
			undefined,
			undefined,
			[],
		]);
		expect(at.problems).toEqual([`the file ${at.file} is ignored: it is no sign-in, or of a newer version`]);
		expect(readFileSync(at.file, "utf8")).toBe(text);
		await at.store.write(signInFor(resource, "access-2"));
		expect(await at.store.read(resource)).toEqual(signInFor(resource, "access-2"));
	});

	test("because it is for another server never gives its token away", async () => {
		await using at = openStore();
		const other = "https://evil.example.com/";
		await at.store.write(signInFor(resource));
		renameSync(at.file, join(at.folder, fileName(other)));
		expect([await at.store.read(other), await at.store.read(resource), await at.store.list()]).toEqual([
			undefined,
			undefined,
			[],
		]);
		expect(at.problems).toEqual([
			`the file ${join(at.folder, fileName(other))} is ignored: it is for another server than its name says`,
		]);
	});

	test("because of somebody else's name is none of our business", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		writeFileSync(join(at.folder, "github.json"), '{"access_token":"a"}', { mode: 0o666 });
		expect([await at.store.list(), at.problems]).toEqual([[signInFor(resource)], []]);
	});
});

describe.skipIf(!isPosix)("nobody else gets at it:", () => {
	test.each([0o000, 0o022, 0o077, 0o277])("the modes are 700 and 600 under umask %o", async (umask) => {
		await using at = openStore();
		const before = process.umask(umask);
		try {
			await at.store.write(signInFor(resource));
			await at.store.locked(resource, "refresh", new AbortController().signal, async () => {});
		} finally {
			process.umask(before);
		}
		const files = readdirSync(at.folder).map((name) => join(at.folder, name));
		expect([join(at.home.path, ".dynamic-mcp"), at.folder, ...files].map(modeOf)).toEqual(["700", "700", "600", "600"]);
	});

	test("a file that the group can read is refused, in the list as well, and works after what is advised", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		chmodSync(at.file, 0o640);
		const refusal = `the file ${at.file} can be read by others: its mode is 0640, so no sign-in in it is used | Run: chmod 600 ${at.file}`;
		expect([await failureOf(at.store.read(resource)), await failureOf(at.store.list())]).toEqual([refusal, refusal]);
		Bun.spawnSync(["sh", "-c", refusal.slice(refusal.indexOf("chmod"))]);
		expect(await at.store.read(resource)).toEqual(signInFor(resource));
	});

	test("a folder that others can look into is refused, for reading and writing", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		chmodSync(at.folder, 0o750);
		const refusal = `the folder ${at.folder} can be read by others: its mode is 0750, so no sign-in in it is used | Run: chmod 700 ${at.folder}`;
		expect(
			await Promise.all([at.store.read(resource), at.store.write(signInFor(resource)), at.store.list()].map(failureOf)),
		).toEqual([refusal, refusal, refusal]);
	});

	test("a folder of the earlier version is closed before something goes in, unless others could put something there", async () => {
		await using at = openStore();
		mkdirSync(at.folder, { recursive: true });
		chmodSync(at.folder, 0o755);
		writeFileSync(join(at.folder, "github.json"), '{"access_token":"a"}');
		expect(await at.store.read(resource)).toBeUndefined();
		await at.store.write(signInFor(resource));
		expect(modeOf(at.folder)).toBe("700");

		await using open = openStore();
		mkdirSync(open.folder, { recursive: true });
		chmodSync(open.folder, 0o777);
		expect(await failureOf(open.store.read(resource))).toContain("can be changed by others: its mode is 0777");
	});

	test.skipIf(process.getuid?.() !== 0)("what belongs to another user is refused", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		chownSync(at.file, 65_534, 65_534);
		expect(await failureOf(at.store.read(resource))).toBe(
			`the file ${at.file} belongs to another user (65534; you are 0), so it is not used | Remove it and sign in anew: rm -f ${at.file}`,
		);
		await at.store.remove(resource);
		await at.store.write(signInFor(resource));
		chownSync(at.folder, 65_534, 65_534);
		expect(await failureOf(at.store.write(signInFor(resource)))).toContain("belongs to another user (65534");
	});

	test("a link is not followed, wherever it leads", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		const elsewhere = join(at.home.path, "elsewhere");
		renameSync(at.file, elsewhere);
		symlinkSync(elsewhere, at.file);
		const refusal = `${at.file} is a symbolic link, and a sign-in is never read through one | Remove the link, then try again.`;
		const failures = [at.store.read(resource), at.store.list(), at.store.write(signInFor(resource, "access-2"))];
		expect(await Promise.all(failures.map(failureOf))).toEqual([refusal, refusal, refusal]);
		await at.store.remove(resource);
		expect(readFileSync(elsewhere, "utf8")).toContain("access-1");
		await at.store.write(signInFor(resource, "access-2"));
		expect(await at.store.read(resource)).toEqual(signInFor(resource, "access-2"));
	});

	test("a pipe of that name is not waited for", async () => {
		await using at = openStore();
		await at.store.write(signInFor(resource));
		await at.store.remove(resource);
		Bun.spawnSync(["mkfifo", "-m", "600", at.file]);
		expect(await failureOf(at.store.read(resource))).toBe(`${at.file} is not a file | Move it away, then try again.`);
	});
});

test("where nothing can be written, that is said before a person signs in for nothing", async () => {
	await using at = openStore();
	writeFileSync(join(at.home.path, ".dynamic-mcp"), "");
	const failures = [
		at.store.write(signInFor(resource)),
		at.store.locked(resource, "sign-in", new AbortController().signal, () => Promise.reject(new Error("was run"))),
	];
	for (const failure of await Promise.all(failures.map(failureOf))) {
		expect(failure).toStartWith(`the folder for sign-ins, ${at.folder}, cannot be `);
		expect(failure).toEndWith("| See that it and its disk can be written to by you, then try again.");
	}
});

test("a record that is too big for one is refused", async () => {
	await using at = openStore();
	await at.store.write(signInFor(resource));
	writeFileSync(at.file, formatKept({ savedAt: 1, signIn: signInFor(resource, "x".repeat(2 ** 20)) }));
	expect(await failureOf(at.store.read(resource))).toContain("has more than 1 MB");
});
