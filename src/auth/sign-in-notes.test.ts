/** Which notes count, and what is in the way of one that does not. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { UserError } from "../base/errors.ts";
import { createSignInNotes, markOf, type NotesOptions, type SignInNote } from "./sign-in-notes.ts";

const note: SignInNote = {
	id: "1",
	resource: "https://docs.example/mcp",
	url: "https://login.example/authorize?state=s",
	redirectUri: "http://127.0.0.1:4321/callback",
	isBrowserOpened: true,
	until: 1000,
	before: markOf("token"),
};

async function readAfter(writer: Partial<NotesOptions>, reader: Partial<NotesOptions>, resource = note.resource) {
	await using folder = openTempDir();
	const shared = { folder: folder.path, now: () => 0, host: "here" };
	await createSignInNotes({ ...shared, ...writer }).write(note);
	return await createSignInNotes({ ...shared, ...reader }).read(resource);
}

test("a note that cannot be written is told by its folder", async () => {
	await using home = openTempDir();
	const folder = home.write("a-file", "");
	const failure = await createSignInNotes({ folder, now: () => 0 })
		.write(note)
		.catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(UserError);
	expect(String(failure)).toContain(`the folder for sign-ins, ${folder}, cannot be written to: E`);
});

test("what one process notes another one reads", async () => {
	expect(await readAfter({ pid: process.ppid }, {})).toEqual(note);
});

describe("a note does not count", () => {
	test.each<[string, Partial<NotesOptions>, Partial<NotesOptions>]>([
		["of a process that is gone", { pid: 2 ** 30 }, {}],
		["of another machine", { host: "there" }, {}],
		["whose time is over", {}, { now: () => 1000 }],
	])("%s", async (_what, writer, reader) => {
		expect(await readAfter(writer, reader)).toBeUndefined();
	});

	test("of another resource", async () => {
		expect(await readAfter({}, {}, "https://docs.example/other")).toBeUndefined();
	});

	test.each(["", "{", "[]", "null", '{"id":"1"}', JSON.stringify({ ...note, pid: "1", host: "here" })])(
		"that is %p",
		async (text) => {
			await using folder = openTempDir();
			const notes = createSignInNotes({ folder: folder.path, now: () => 0 });
			await notes.write(note);
			for (const name of readdirSync(folder.path)) folder.write(name, text);
			expect(await notes.read(note.resource)).toBeUndefined();
			await notes.write(note);
			expect(await notes.read(note.resource)).toEqual(note);
		},
	);
});

test("only its own note is removed, when its time is over as well", async () => {
	await using folder = openTempDir();
	let time = 0;
	const notes = createSignInNotes({ folder: folder.path, now: () => time });
	await notes.write(note);
	await notes.remove({ ...note, id: "2" });
	expect(await notes.read(note.resource)).toEqual(note);
	time = 2000;
	await notes.remove(note);
	expect(readdirSync(folder.path)).toEqual([]);
});

test("what cannot be read counts as no note", async () => {
	await using folder = openTempDir();
	const notes = createSignInNotes({ folder: folder.path, now: () => 0 });
	await notes.write(note);
	const [name = ""] = readdirSync(folder.path);
	await notes.remove(note);
	mkdirSync(`${folder.path}/${name}`);
	expect(await notes.read(note.resource)).toBeUndefined();
});

test("tokens are told apart by a mark that does not show them", () => {
	expect(markOf("token")).not.toBe(markOf("token2"));
	expect(markOf("token")).not.toContain("token");
	expect(markOf(undefined)).toBe("");
});
