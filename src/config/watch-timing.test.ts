/** When the watcher looks at the file, with a clock and folders that tests turn by hand. */
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { createFakeClock, type FakeClock } from "../../test/helpers/fake-clock.ts";
import type { OpenFolder } from "./watch-places.ts";
import { watchConfig } from "./watch.ts";

interface Watching extends Disposable {
	readonly path: string;
	readonly clock: FakeClock;
	/** At which time something was reported. */
	readonly reports: number[];
	/** Watchers that are open. */
	readonly open: Set<string>;
	/** What the folder's watcher tells. */
	tell(name: string | null): void;
	fail(): void;
	/** From now on folders can or cannot be watched. */
	allow(isAllowed: boolean): void;
	close(): void;
}

function openWatching({ isAllowed = true, onChange = () => {} } = {}): Watching {
	const folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "dynamic-mcp-timing-"));
	const path = join(folder, "c.json");
	fs.writeFileSync(path, "old");
	const clock = createFakeClock();
	const reports: number[] = [];
	const open = new Set<string>();
	let on: Parameters<OpenFolder>[1] | undefined;
	const openFolder: OpenFolder = (name, callbacks) => {
		if (!isAllowed) throw new Error("ENOSPC");
		on = callbacks;
		open.add(name);
		return { close: () => void open.delete(name) };
	};
	const watcher = watchConfig({
		path,
		clock,
		openFolder,
		onChange() {
			reports.push(clock.now());
			onChange();
		},
	});
	return {
		path,
		clock,
		reports,
		open,
		tell: (name) => on?.event(name),
		fail: () => on?.failure(),
		allow: (allowed) => (isAllowed = allowed),
		close: () => watcher.close(),
		[Symbol.dispose]() {
			watcher.close();
			fs.rmSync(folder, { recursive: true });
		},
	};
}

describe("with a watcher", () => {
	test("a save is reported after 100 ms of quiet", () => {
		using watching = openWatching();
		fs.writeFileSync(watching.path, "new");
		watching.tell("c.json");
		watching.clock.advance(60);
		watching.tell("c.json");
		watching.clock.advance(1_000);
		expect(watching.reports).toEqual([160]);
	});

	test("who never stops writing is listened to every second", () => {
		using watching = openWatching();
		for (let count = 0; count < 250; count++) {
			fs.writeFileSync(watching.path, `${count}`);
			watching.tell("c.json");
			watching.clock.advance(10);
		}
		watching.clock.advance(1_000);
		expect(watching.reports).toEqual([1_000, 2_000, 2_590]);
	});

	test("names count without regard to case and to how accents are put together, as file systems have it", () => {
		using watching = openWatching();
		fs.writeFileSync(watching.path, "new");
		watching.tell("C.JSON");
		watching.clock.advance(100);
		expect(watching.reports).toEqual([100]);
	});

	test("an event without a name may be about any", () => {
		using watching = openWatching();
		fs.writeFileSync(watching.path, "new");
		watching.tell(null);
		watching.clock.advance(100);
		expect(watching.reports).toEqual([100]);
	});

	test("events of other files are not waited for", () => {
		using watching = openWatching();
		fs.writeFileSync(watching.path, "new");
		watching.tell("c.json");
		watching.clock.advance(60);
		watching.tell("other.json");
		watching.clock.advance(40);
		expect(watching.reports).toEqual([100]);
	});

	test("what it overlooks is found within 5 s", () => {
		using watching = openWatching();
		watching.clock.advance(4_000);
		fs.writeFileSync(watching.path, "new");
		watching.clock.advance(30_000);
		expect(watching.reports).toEqual([5_100]);
	});

	test("that ends, the file is looked at, and a new watcher is opened", () => {
		using watching = openWatching();
		watching.fail();
		const between = [...watching.open];
		fs.writeFileSync(watching.path, "new");
		watching.clock.advance(5_100);
		expect({ between, reports: watching.reports, open: watching.open.size }).toEqual({
			between: [],
			reports: [5_100],
			open: 1,
		});
	});

	test("that tells of its own folder, it is opened anew, for the folder may be another one", () => {
		using watching = openWatching();
		const [before] = watching.open;
		watching.open.clear();
		watching.tell(basename(before ?? ""));
		expect([...watching.open]).toEqual([before ?? ""]);
	});
});

describe("without a watcher", () => {
	test("a save is found within 2 s, of whatever size and time", () => {
		using watching = openWatching({ isAllowed: false });
		const { atime, mtime } = fs.statSync(watching.path);
		fs.writeFileSync(watching.path, "new");
		fs.utimesSync(watching.path, atime, mtime);
		watching.clock.advance(10_500);
		fs.writeFileSync(watching.path, "wen");
		watching.clock.advance(10_000);
		expect(watching.reports).toEqual([2_100, 12_100]);
	});

	test("one is tried again with every look", () => {
		using watching = openWatching({ isAllowed: false });
		watching.clock.advance(2_000);
		watching.allow(true);
		watching.clock.advance(2_000);
		fs.writeFileSync(watching.path, "new");
		watching.tell("c.json");
		watching.clock.advance(100);
		expect({ reports: watching.reports, open: watching.open.size }).toEqual({ reports: [4_100], open: 1 });
	});
});

test("close leaves no watcher and no timer, from within a report, too", () => {
	using watching: Watching = openWatching({ onChange: () => watching.close() });
	fs.writeFileSync(watching.path, "new");
	watching.tell("c.json");
	watching.clock.advance(100);
	watching.tell("c.json");
	expect([watching.reports, watching.open.size, watching.clock.pendingTimers]).toEqual([[100], 0, 0]);
});

test("a report that throws does not end the watching", () => {
	using watching = openWatching({
		onChange() {
			throw new Error("the caller's fault");
		},
	});
	const save = (content: string) => {
		fs.writeFileSync(watching.path, content);
		watching.tell("c.json");
		watching.clock.advance(100);
	};
	expect(() => save("new")).toThrow("the caller's fault");
	expect(() => save("newer")).toThrow("the caller's fault");
});

test("the process ends although the file is watched", () => {
	const code = `import { watchConfig } from ${JSON.stringify(join(import.meta.dir, "watch.ts"))};
		watchConfig({ path: ${JSON.stringify(join(import.meta.dir, "watch.ts"))}, onChange() {} });`;
	const { exitCode } = Bun.spawnSync([process.execPath, "-e", code], { timeout: 5_000 });
	expect(exitCode).toBe(0);
});
