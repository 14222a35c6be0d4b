/** Keeps watchers on all the folders that a path leads through, as they come, go and are exchanged. */
import { statfsSync, statSync, watch } from "node:fs";
import { basename } from "node:path";

import { placesOf } from "./places.ts";

export interface FolderWatcher {
	close(): void;
}

/** Throws when the folder cannot be watched. */
export type OpenFolder = (
	folder: string,
	on: { event: (name: string | null) => void; failure: () => void },
) => FolderWatcher;

export interface PlacesOptions {
	path: string;
	/** Something happened on the path; the watchers follow it already. */
	onEvent: () => void;
	openFolder?: OpenFolder;
}

export interface WatchedPlaces {
	/** Looks where the path leads by now. */
	refresh(): void;
	/** Whether something may change without a word. */
	isBlind(): boolean;
	close(): void;
}

interface Watched {
	/** Which folder it was when the watcher was opened: another one may be in its place. */
	identity: string;
	watcher: FolderWatcher;
	names: Set<string>;
	isRemote: boolean;
}

export function watchPlaces({ path, onEvent, openFolder = openWithNode }: PlacesOptions): WatchedPlaces {
	const watched = new Map<string, Watched>();
	let someFailed = false;
	let isClosed = false;

	function refresh(): void {
		if (isClosed) return;
		const places = placesOf(path);
		for (const folder of watched.keys()) if (!places.has(folder)) drop(folder);
		someFailed = false;
		for (const [folder, names] of places) {
			const key = new Set(Array.from(names, plain));
			// A folder's watcher tells under its own name that it is removed or moved.
			key.add(plain(basename(folder)));
			if (!keep(folder, key)) someFailed = true;
		}
	}

	/** False when the folder cannot be watched. */
	function keep(folder: string, names: Set<string>): boolean {
		try {
			const { dev, ino } = statSync(folder, { bigint: true });
			const identity = `${dev}:${ino}`;
			const known = watched.get(folder);
			if (known?.identity === identity) {
				known.names = names;
				return true;
			}
			// First, because a second watcher of one path gets what the first one watches, even when that is gone.
			drop(folder);
			const on = { event: (name: string | null) => heard(folder, name), failure: () => lost(folder) };
			const remote = isRemote(folder);
			watched.set(folder, { identity, names, isRemote: remote, watcher: openFolder(folder, on) });
			return true;
		} catch {
			// Polling takes over, which needs no permission and no watcher; every refresh tries again.
			drop(folder);
			return false;
		}
	}

	function heard(folder: string, name: string | null): void {
		const names = watched.get(folder)?.names;
		if (isClosed || names === undefined) return;
		if (name !== null && !names.has(plain(name))) return;
		// Its successor may have been given the same inode.
		if (name === null || plain(name) === plain(basename(folder))) drop(folder);
		refresh();
		onEvent();
	}

	/** The next refresh tries again: at once, it might fail for ever. */
	function lost(folder: string): void {
		drop(folder);
		someFailed = true;
	}

	function drop(folder: string): void {
		watched.get(folder)?.watcher.close();
		watched.delete(folder);
	}

	refresh();
	return {
		refresh,
		isBlind: () => someFailed || Array.from(watched.values()).some(({ isRemote }) => isRemote),
		close() {
			isClosed = true;
			for (const folder of watched.keys()) drop(folder);
		},
	};
}

/** Some file systems tell `Config.json` for what was asked for as `config.json`, or take accents apart. */
function plain(name: string): string {
	return name.normalize("NFC").toLowerCase();
}

/** Does not keep the process alive. */
const openWithNode: OpenFolder = (folder, { event, failure }) => {
	const watcher = watch(folder, { persistent: false }, (_, name) => event(name));
	watcher.on("error", failure);
	return watcher;
};

/** NFS, SMB (three generations), 9P (Windows drives in WSL), FUSE: nobody here hears of what others change there. */
const remoteTypes: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546]);

function isRemote(folder: string): boolean {
	// The numbers are Linux's; elsewhere they mean something else or nothing.
	return process.platform === "linux" && remoteTypes.has(statfsSync(folder).type);
}
