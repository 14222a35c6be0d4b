import { expect, test } from "bun:test";

import { createCallers } from "./callers.ts";

/** Two servers and three clients, of which nothing is looked at but who is who. */
function createMet() {
	const callers = createCallers();
	const closed = new Promise(() => {});
	const [fs, git] = [{ closed }, { closed }] as unknown as [never, never];
	const [ann, bob, eve] = [{ name: "ann" }, { name: "bob" }, { name: "eve" }] as [never, never, never];
	const name = (link: never) => (callers.of(link) as { name: string } | undefined)?.name;
	return { ...callers, fs, git, ann, bob, eve, name };
}

test("nobody waits for a server that nobody has asked, or that has answered all", () => {
	const { enter, leave, fs, git, ann, name } = createMet();
	enter(git, ann);
	const before = name(fs);
	enter(fs, ann);
	leave(fs, ann);
	expect([before, name(fs), name(git)]).toEqual([undefined, undefined, "ann"]);
});

test("the one who has waited for longest is the one, until it waits no more", () => {
	const { enter, leave, fs, ann, bob, eve, name } = createMet();
	for (const each of [ann, bob, eve]) enter(fs, each);
	const seen = [name(fs)];
	leave(fs, ann);
	seen.push(name(fs));
	enter(fs, ann);
	seen.push(name(fs));
	leave(fs, bob);
	seen.push(name(fs));
	expect(seen).toEqual(["ann", "bob", "bob", "eve"]);
});

test("who has asked twice waits until both are answered", () => {
	const { enter, leave, fs, ann, bob, name } = createMet();
	for (const each of [ann, bob, ann]) enter(fs, each);
	leave(fs, ann);
	const before = name(fs);
	leave(fs, ann);
	expect([before, name(fs)]).toEqual(["ann", "bob"]);
});

test("leaving without having come changes nothing", () => {
	const { enter, leave, fs, git, ann, bob, name } = createMet();
	enter(fs, ann);
	leave(fs, bob);
	leave(git, ann);
	expect([name(fs), name(git)]).toEqual(["ann", undefined]);
});

test("who is gone waits for nothing any more, though what it asked for goes on", () => {
	const { enter, leave, forget, fs, git, ann, bob, name } = createMet();
	for (const each of [ann, ann, bob]) enter(fs, each);
	enter(git, ann);
	forget(ann);
	leave(fs, ann);
	expect([name(fs), name(git)]).toEqual(["bob", undefined]);
});
