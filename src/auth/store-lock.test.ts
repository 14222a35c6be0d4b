import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { openProgram } from "../../test/helpers/program.ts";
import { openTempDir, type TempDir } from "../../test/helpers/temp-dir.ts";
import { openTokenStore } from "./token-store.ts";

const resource = "https://mcp.example.com/a";
const never = new AbortController().signal;

const openStore = ({ path }: TempDir) => openTokenStore({ kind: "file", home: path, onProblem: () => {} });

/** A process that takes the store's lock so many times; with 0 rounds it keeps it. */
function openWorker({ path }: TempDir, rounds: number) {
	const worker = join(import.meta.dir, "../../test/fixtures/lock-worker.ts");
	return openProgram({
		command: [process.execPath, worker, path, resource, `${rounds}`],
		cwd: path,
		env: { HOME: path },
	});
}

describe("of many processes", () => {
	test("one at a time has the lock, and each gets it as often as it wants", async () => {
		await using home = openTempDir();
		await using stack = new AsyncDisposableStack();
		const workers = Array.from({ length: 8 }, () => stack.use(openWorker(home, 12)));
		await Promise.all(workers.map((worker) => worker.nextLine(/^done$/, 15_000)));
		const said = ["ready", ...Array.from({ length: 12 }, () => "in"), "done"];
		expect(workers.map((worker) => worker.lines())).toEqual(workers.map(() => said));
	}, 20_000);

	test("the one that is killed with the lock gives it to those who wait, one at a time", async () => {
		await using home = openTempDir();
		await using stack = new AsyncDisposableStack();
		const holder = stack.use(openWorker(home, 0));
		await holder.nextLine(/^held$/);
		const workers = Array.from({ length: 6 }, () => stack.use(openWorker(home, 2)));
		await Promise.all(workers.map((worker) => worker.nextLine(/^ready$/)));
		expect(workers.map((worker) => worker.lines())).toEqual(workers.map(() => ["ready"]));
		process.kill(holder.pid, "SIGKILL");
		await Promise.all(workers.map((worker) => worker.nextLine(/^done$/, 15_000)));
		expect(workers.map((worker) => worker.lines())).toEqual(workers.map(() => ["ready", "in", "in", "done"]));
	}, 20_000);
});

describe("in one process", () => {
	test("work for one server and purpose goes one after the other, in the order of the calls", async () => {
		await using home = openTempDir();
		const stores = [openStore(home)];
		const said: string[] = [];
		const work = (index: number) => async () => {
			said.push(`${index} in`);
			await Bun.sleep(0);
			said.push(`${index} out`);
			return index;
		};
		const results = [0, 1, 2].map((index) => stores[0]!.locked(resource, "refresh", never, work(index)));
		expect(await Promise.all(results)).toEqual([0, 1, 2]);
		expect(said).toEqual(["0 in", "0 out", "1 in", "1 out", "2 in", "2 out"]);
	});

	test("two stores on one home take turns as well", async () => {
		await using home = openTempDir();
		let inside = 0;
		const work = async () => {
			expect(++inside).toBe(1);
			await Bun.sleep(1);
			inside--;
		};
		const stores = [openStore(home), openStore(home)];
		await Promise.all(stores.flatMap((store) => [1, 2, 3].map(() => store.locked(resource, "refresh", never, work))));
	});

	test("another server, or another purpose, does not wait", async () => {
		await using home = openTempDir();
		const store = openStore(home);
		const order = store.locked(resource, "refresh", never, () =>
			store.locked(resource, "sign-in", never, () =>
				store.locked("https://mcp.example.com/b", "refresh", never, async () => "all three"),
			),
		);
		expect(await order).toBe("all three");
	});

	test("the lock is given back when the work fails", async () => {
		await using home = openTempDir();
		const store = openStore(home);
		const failing = store.locked(resource, "refresh", never, () => Promise.reject(new Error("no")));
		expect(await failing.catch(String)).toBe("Error: no");
		expect(await openStore(home).locked(resource, "refresh", never, async () => "next")).toBe("next");
	});

	test("who waits for its turn can be called off, and those behind it still have theirs", async () => {
		await using home = openTempDir();
		const store = openStore(home);
		const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
		const first = store.locked(resource, "refresh", never, () => held);
		const off = new AbortController();
		const second = store.locked(resource, "refresh", off.signal, async () => "was run");
		const third = store.locked(resource, "refresh", never, async () => "third");
		off.abort(new Error("called off"));
		expect(await second.catch(String)).toBe("Error: called off");
		letGo();
		await first;
		expect(await third).toBe("third");
	});
});

/** A user without any rights, whom the modes hold up; root is held up by nothing. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

test.skipIf(process.platform !== "linux")("work is not begun where its outcome could not be kept", async () => {
	await using home = openTempDir();
	const script = `
		import { openTokenStore } from ${JSON.stringify(`${import.meta.dir}/token-store.ts`)};
		const store = openTokenStore({ kind: "file", home: ${JSON.stringify(home.path)}, onProblem: () => {} });
		const work = async () => console.log("was run");
		await store.locked("${resource}", "refresh", AbortSignal.timeout(5_000), work).catch((error) => {
			console.log(error.name, error.message);
		});
	`;
	chmodSync(home.path, 0o555);
	const child = Bun.spawn([...asNobody, process.execPath, "-e", script], { stderr: "inherit", cwd: "/" });
	const folder = join(home.path, ".dynamic-mcp");
	expect((await child.stdout.text()).trim()).toStartWith(
		`UserError the folder for sign-ins, ${folder}/oauth-servers, cannot be written to: EACCES`,
	);
	chmodSync(home.path, 0o755);
});
