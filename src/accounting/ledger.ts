/** What was counted, on disk: one SQLite file for any number of processes at once. It holds numbers and groups' names, no text. */
import { Database } from "bun:sqlite";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

import type { Counted, Kind } from "./counts.ts";

/** One session, or all sessions of a day or of a month that lie back so far that they have been summed up. */
export interface Period {
	/** `2026-11-22` or `2026-11`; of a session, undefined. */
	readonly label: string | undefined;
	readonly sessions: number;
	/** Milliseconds since 1970. */
	readonly started: number;
	readonly ended: number;
	readonly counted: readonly Counted[];
}

export interface Addition {
	/** What `add` returned for this session before; undefined the first time. */
	readonly session: number | undefined;
	/** Milliseconds since 1970. */
	readonly started: number;
	readonly now: number;
	readonly counted: readonly Counted[];
}

export interface Ledger {
	/** Adds to a session, all or nothing. Throws `SQLITE_BUSY` when another process is writing at the moment. */
	add(addition: Addition): number;
	/** Sums up what lies far back, if that has not been done today. Throws as `add`. */
	sumUp(now: number): void;
	/** Those that ended at `since` or later, in milliseconds since 1970; the oldest first. */
	read(since: number): Period[];
	close(): void;
}

/** Of the file's layout. A newer program's file is left alone. */
const layout = 1;

const dayMs = 24 * 60 * 60 * 1000;
/** Sessions of so many days are kept one by one, */
const sessionsMs = 31 * dayMs;
/** and days of a year. */
const daysMs = 366 * dayMs;

const tables = `
CREATE TABLE periods (
	id INTEGER PRIMARY KEY,
	-- The day or month; of a session, null.
	label TEXT UNIQUE,
	sessions INTEGER NOT NULL,
	started INTEGER NOT NULL,
	ended INTEGER NOT NULL
) STRICT;
CREATE INDEX periods_by_end ON periods (ended);
CREATE TABLE counts (
	period INTEGER NOT NULL REFERENCES periods (id) ON DELETE CASCADE,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	count INTEGER NOT NULL,
	characters INTEGER NOT NULL,
	media INTEGER NOT NULL,
	PRIMARY KEY (period, kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE summed (day TEXT NOT NULL) STRICT;
PRAGMA user_version = ${layout};`;

const onConflict = `ON CONFLICT (period, kind, name) DO UPDATE SET count = count + excluded.count,
	characters = characters + excluded.characters, media = media + excluded.media`;

export interface LedgerOptions {
	/** Absolute. The file and its folder are made, readable by the user alone. */
	readonly path: string;
	/** How long a write waits for that of another process. Nothing else happens in this process meanwhile. */
	readonly busyMs: number;
}

/** Throws what SQLite has to say: `SQLITE_BUSY` when another process is writing at the moment. */
export function openLedger({ path, busyMs }: LedgerOptions): Ledger {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	// SQLite would let others read it; the files beside it get the same mode.
	closeSync(openSync(path, "a", 0o600));
	const database = new Database(path, { readwrite: true, create: false, strict: true });
	try {
		prepare(database, busyMs);
	} catch (error) {
		database.close();
		throw error;
	}
	return ledgerIn(database);
}

function prepare(database: Database, busyMs: number): void {
	database.run(`PRAGMA busy_timeout = ${busyMs}`);
	// A kill at any moment leaves what was there before or after; only a power cut may cost the last writes.
	database.run("PRAGMA journal_mode = WAL");
	database.run("PRAGMA synchronous = NORMAL");
	database.run("PRAGMA foreign_keys = ON");
	const make = database.transaction(() => {
		if (layoutOf(database) === 0) database.run(tables);
	});
	if (layoutOf(database) === 0) make.immediate();
	const found = layoutOf(database);
	if (found !== layout) throw new Error(`it was written by another version of the program (layout ${found})`);
}

function layoutOf(database: Database): number {
	return database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

function ledgerIn(database: Database): Ledger {
	const extend = database.query<{ id: number }, [number, number]>(
		"UPDATE periods SET ended = max(ended, ?) WHERE id = ? AND label IS NULL RETURNING id",
	);
	const begin = database.query<{ id: number }, [number, number, number]>(
		"INSERT INTO periods (sessions, started, ended) VALUES (?, ?, ?) RETURNING id",
	);
	const count = database.query<unknown, [number, string, string, number, number, number]>(
		`INSERT INTO counts (period, kind, name, count, characters, media) VALUES (?, ?, ?, ?, ?, ?) ${onConflict}`,
	);

	const add = database.transaction(({ session, started, now, counted }: Addition): number => {
		const known = session === undefined ? undefined : extend.get(now, session)?.id;
		// One that has been summed up meanwhile goes on as another row, and is not counted as another session.
		const id = known ?? begin.get(session === undefined ? 1 : 0, started, now)?.id ?? 0;
		for (const { kind, name, count: times, characters, media } of counted) {
			count.run(id, kind, name, times, characters, media);
		}
		return id;
	});

	const sumUp = database.transaction((now: number) => {
		database.run("DELETE FROM summed");
		database.run("INSERT INTO summed (day) VALUES (?)", [dayOf(now)]);
		sumUpBefore(database, "label IS NULL", "%Y-%m-%d", now - sessionsMs);
		sumUpBefore(database, "length(label) = 10", "%Y-%m", now - daysMs);
	});

	return {
		add: (addition) => add.immediate(addition),
		sumUp(now) {
			const last = database.query<{ day: string }, []>("SELECT day FROM summed").get()?.day;
			if (last !== dayOf(now)) sumUp.immediate(now);
		},
		read: (since) => readPeriods(database, since),
		close: () => database.close(),
	};
}

/** Puts together the periods of one kind that ended before this time: those of a day, or of a month, in one. */
function sumUpBefore(database: Database, which: string, format: string, before: number): void {
	const label = `strftime('${format}', ended / 1000, 'unixepoch')`;
	const old = `${which} AND ended < ${before}`;
	database.run(`INSERT INTO periods (label, sessions, started, ended)
		SELECT ${label}, sum(sessions), min(started), max(ended) FROM periods WHERE ${old} GROUP BY 1
		ON CONFLICT (label) DO UPDATE SET sessions = sessions + excluded.sessions,
			started = min(started, excluded.started), ended = max(ended, excluded.ended)`);
	database.run(`INSERT INTO counts (period, kind, name, count, characters, media)
		SELECT (SELECT sum.id FROM periods sum WHERE sum.label = strftime('${format}', old.ended / 1000, 'unixepoch')),
			kind, name, sum(count), sum(characters), sum(media)
		FROM counts JOIN (SELECT id, ended FROM periods WHERE ${old}) old ON old.id = counts.period
		GROUP BY 1, 2, 3 ${onConflict}`);
	database.run(`DELETE FROM periods WHERE ${old}`);
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

type Row = Omit<Counted, "kind"> & {
	id: number;
	sessions: number;
	started: number;
	ended: number;
	kind: Kind | null;
	label: string | null;
};

function readPeriods(database: Database, since: number): Period[] {
	const rows = database
		.query<Row, [number]>(
			`SELECT id, label, sessions, started, ended, kind, name, count, characters, media
			FROM periods LEFT JOIN counts ON period = id WHERE ended >= ? ORDER BY ended, id, kind, name`,
		)
		.all(since);
	const periods = new Map<number, Period & { counted: Counted[] }>();
	for (const { id, label, sessions, started, ended, kind, name, count, characters, media } of rows) {
		const period = periods.get(id) ?? { label: label ?? undefined, sessions, started, ended, counted: [] };
		if (kind !== null) period.counted.push({ kind, name, count, characters, media });
		periods.set(id, period);
	}
	return [...periods.values()];
}
