import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { watchConfig } from "./watch.ts";

/** Longer than a save takes to be reported, with its 100 ms of quiet. */
const longEnoughMs = 300;

interface Watching extends Disposable {
	readonly folder: string;
	readonly path: string;
	/** What the file held at each report. */
	readonly reports: string[];
	/** Resolves when that content has been reported. */
	reported(content: string): Promise<void>;
	nothingMore(): Promise<void>;
	close(): void;
}

/** A watcher on `c.json` in a new folder, which `arrange` may put there as it likes; else it holds `old`. */
function openWatching(
	arrange: (folder: string) => void = (folder) => fs.writeFileSync(join(folder, "c.json"), "old"),
): Watching {
	const folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "dynamic-mcp-watch-"));
	arrange(folder);
	const path = join(folder, "c.json");
	const reports: string[] = [];
	const waiting = new Set<() => void>();
	const watcher = watchConfig({
		path,
		onChange() {
			reports.push(fs.readFileSync(path, "utf8"));
			for (const look of waiting) look();
		},
	});
	return {
		folder,
		path,
		reports,
		reported(content) {
			return new Promise((resolve) => {
				const look = () => {
					if (reports.at(-1) === content) resolve();
				};
				waiting.add(look);
				look();
			});
		},
		nothingMore: () => Bun.sleep(longEnoughMs),
		close: () => watcher.close(),
		[Symbol.dispose]() {
			watcher.close();
			fs.rmSync(folder, { recursive: true });
		},
	};
}

function replace(path: string, content: string): void {
	fs.writeFileSync(`${path}.new`, content);
	fs.renameSync(`${path}.new`, path);
}

function relink(path: string, target: string): void {
	fs.symlinkSync(target, `${path}.link`);
	fs.renameSync(`${path}.link`, path);
}

/** Vim's way with `backupcopy=no`: the old file becomes the backup, a new one takes its name. */
function saveAsVim(path: string, content: string): void {
	fs.renameSync(path, `${path}~`);
	fs.writeFileSync(path, content);
	fs.unlinkSync(`${path}~`);
}

function saveInSteps(path: string, content: string): void {
	const file = fs.openSync(path, "w");
	for (const letter of content) fs.writeSync(file, letter);
	fs.closeSync(file);
}

function recreate(path: string, content: string): void {
	fs.unlinkSync(path);
	fs.writeFileSync(path, content);
}

function recreateFolder(path: string, content: string): void {
	const folder = join(path, "..");
	fs.rmSync(folder, { recursive: true });
	fs.mkdirSync(folder);
	fs.writeFileSync(path, content);
}

function exchangeFolder(path: string, content: string): void {
	const folder = join(path, "..");
	fs.cpSync(folder, `${folder}.new`, { recursive: true });
	fs.writeFileSync(join(`${folder}.new`, "c.json"), content);
	fs.rmSync(folder, { recursive: true });
	fs.renameSync(`${folder}.new`, folder);
}

describe.concurrent("reported once, and so is the next save, however it is done:", () => {
	test.each([
		["rename over it", replace],
		["truncate and write", fs.writeFileSync],
		["write in small steps", saveInSteps],
		["move away and write anew", saveAsVim],
		["delete and create again", recreate],
		["delete the folder and create it again", recreateFolder],
		["exchange the folder", exchangeFolder],
	] as const)("%s", async (_, save) => {
		using watching = openWatching();
		save(watching.path, "new");
		await watching.reported("new");
		save(watching.path, "newer");
		await watching.reported("newer");
		await watching.nothingMore();
		expect(watching.reports).toEqual(["new", "newer"]);
	});

	test.skipIf(Bun.which("sed") === null)("sed -i", async () => {
		using watching = openWatching();
		Bun.spawnSync(["sed", "-i.bak", "s/old/new/", watching.path]);
		await watching.reported("new");
		expect(watching.reports).toEqual(["new"]);
	});
});

describe.concurrent("through a symbolic link:", () => {
	const linked = (folder: string) => {
		for (const name of ["one", "two"]) {
			fs.mkdirSync(join(folder, name));
			fs.writeFileSync(join(folder, name, "real.json"), name);
		}
		fs.symlinkSync("one/real.json", join(folder, "c.json"));
	};
	/** `c.json` leads to `data/real.json`, and `data` to `one`: a mounted ConfigMap looks like this. */
	const twiceLinked = (folder: string) => {
		linked(folder);
		fs.symlinkSync("one", join(folder, "data"));
		relink(join(folder, "c.json"), "data/real.json");
	};

	test("the target is written, then replaced", async () => {
		using watching = openWatching(linked);
		const target = join(watching.folder, "one", "real.json");
		fs.writeFileSync(target, "new");
		await watching.reported("new");
		replace(target, "newer");
		await watching.reported("newer");
		expect(watching.reports).toEqual(["new", "newer"]);
	});

	test("the link is replaced, and its new target is watched", async () => {
		using watching = openWatching(linked);
		relink(watching.path, join(watching.folder, "two", "real.json"));
		await watching.reported("two");
		replace(join(watching.folder, "two", "real.json"), "new");
		await watching.reported("new");
		replace(join(watching.folder, "one", "real.json"), "of no interest");
		await watching.nothingMore();
		expect(watching.reports).toEqual(["two", "new"]);
	});

	test("a folder on the way is a link that is swapped, again and again", async () => {
		using watching = openWatching(twiceLinked);
		const seen = ["two", "one", "two"];
		for (const name of seen) {
			relink(join(watching.folder, "data"), name);
			await watching.reported(name);
		}
		fs.writeFileSync(join(watching.folder, "two", "real.json"), "new");
		await watching.reported("new");
		expect(watching.reports).toEqual([...seen, "new"]);
	});

	test("the link breaks, and its target comes later, in a folder that comes later", async () => {
		using watching = openWatching(linked);
		relink(watching.path, "three/four/real.json");
		await watching.nothingMore();
		fs.mkdirSync(join(watching.folder, "three", "four"), { recursive: true });
		fs.writeFileSync(join(watching.folder, "three", "four", "real.json"), "new");
		await watching.reported("new");
		expect(watching.reports).toEqual(["new"]);
	});

	test("the link is replaced by a file", async () => {
		using watching = openWatching(linked);
		replace(watching.path, "new");
		await watching.reported("new");
		expect(watching.reports).toEqual(["new"]);
	});

	test("a circle is no harm", async () => {
		using watching = openWatching();
		relink(watching.path, "c.json");
		await watching.nothingMore();
		replace(watching.path, "new");
		await watching.reported("new");
		expect(watching.reports).toEqual(["new"]);
	});
});

describe.concurrent("not reported:", () => {
	const later = new Date(Date.now() + 10_000);

	test.each<[string, (path: string) => void]>([
		["another mode", (path) => fs.chmodSync(path, 0o600)],
		["another time", (path) => fs.utimesSync(path, later, later)],
		["the same content written", (path) => fs.writeFileSync(path, "old")],
		["the same content in another file", (path) => replace(path, "old")],
		["other files of the folder", (path) => fs.writeFileSync(`${path}.bak`, "new")],
		["a file that is gone", (path) => fs.unlinkSync(path)],
		["a folder that is gone", (path) => fs.rmSync(join(path, ".."), { recursive: true })],
		["a folder in its place", (path) => (fs.unlinkSync(path), fs.mkdirSync(path))],
		["a change that is taken back at once", (path) => (fs.writeFileSync(path, "new"), fs.writeFileSync(path, "old"))],
	])("%s", async (_, act) => {
		using watching = openWatching();
		act(watching.path);
		await watching.nothingMore();
		fs.mkdirSync(watching.folder, { recursive: true });
		expect(watching.reports).toEqual([]);
	});

	test.skipIf(process.platform === "win32")(
		"a pipe, which is not even read: that would wait for its writer",
		async () => {
			using watching = openWatching();
			fs.unlinkSync(watching.path);
			Bun.spawnSync(["mkfifo", watching.path]);
			await watching.nothingMore();
			expect(watching.reports).toEqual([]);
		},
	);

	test("anything after close", async () => {
		using watching = openWatching();
		fs.writeFileSync(watching.path, "new");
		watching.close();
		watching.close();
		await watching.nothingMore();
		expect(watching.reports).toEqual([]);
	});
});

test.concurrent("a file that comes back is reported when it is another one", async () => {
	using watching = openWatching();
	fs.unlinkSync(watching.path);
	await watching.nothingMore();
	fs.writeFileSync(watching.path, "old");
	await watching.nothingMore();
	fs.unlinkSync(watching.path);
	await watching.nothingMore();
	fs.writeFileSync(watching.path, "new");
	await watching.reported("new");
	expect(watching.reports).toEqual(["new"]);
});

test.concurrent("a file that is missing at first is reported when it comes", async () => {
	using watching = openWatching(() => {});
	fs.writeFileSync(watching.path, "new");
	await watching.reported("new");
	expect(watching.reports).toEqual(["new"]);
});

test.concurrent("two quick saves in a row are one report, of the second", async () => {
	using watching = openWatching();
	replace(watching.path, "new");
	await Bun.sleep(20);
	replace(watching.path, "newer");
	await watching.reported("newer");
	expect(watching.reports).toEqual(["newer"]);
});

test.concurrent("of 20 saves in 2 s the last is reported, and none twice", async () => {
	using watching = openWatching();
	for (let count = 1; count <= 20; count++) {
		(count % 2 === 0 ? replace : fs.writeFileSync)(watching.path, `save ${count}`);
		await Bun.sleep(100);
	}
	await watching.reported("save 20");
	await watching.nothingMore();
	expect(watching.reports).toEqual([...new Set(watching.reports)]);
	expect(watching.reports.at(-1)).toBe("save 20");
});
