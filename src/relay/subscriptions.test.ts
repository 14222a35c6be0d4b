import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet } from "../../test/helpers/memory-channel.ts";
import { createLink } from "../protocol/link.ts";
import { createSubscriptions, type Subscriptions } from "./subscriptions.ts";

/** With what a client does in one go: it asks, and the server agrees. */
function createFollowed() {
	const own = createSubscriptions();
	const add: Subscriptions["ask"] = (...wanted) => {
		own.ask(...wanted);
		own.confirm(...wanted);
	};
	return { ...own, add, isShared: own.join };
}

/** Two clients, of which nothing is looked at but who is who. */
const [ann, bob] = [{ name: "ann" }, { name: "bob" }] as [never, never];

test("the group in which a client follows a resource is known", () => {
	const { add, groupOf } = createFollowed();
	add("fs", "a", ann);
	add("git", "a", bob);
	expect([groupOf("a", ann), groupOf("a", bob), groupOf("b", ann)]).toEqual(["fs", "git", undefined]);
});

describe("the server has to be told", () => {
	test("of the first who wants a resource, and of no other", () => {
		const { add, isShared } = createFollowed();
		const before = isShared("fs", "a", ann);
		add("fs", "a", ann);
		expect([before, isShared("fs", "a", bob)]).toEqual([false, true]);
	});

	test("again by one who wants it already, and may have a reason", () => {
		const { add, isShared } = createFollowed();
		add("fs", "a", ann);
		expect(isShared("fs", "a", ann)).toBe(false);
	});

	test("of each resource, and each server of its own", () => {
		const { add, isShared } = createFollowed();
		add("fs", "a", ann);
		expect([isShared("fs", "b", bob), isShared("git", "a", bob)]).toEqual([false, false]);
	});

	test("of the last who no longer wants it, and of no other", () => {
		const { add, remove } = createFollowed();
		for (const each of [ann, bob]) add("fs", "a", each);
		expect([remove("fs", "a", ann), remove("fs", "a", bob)]).toEqual([false, true]);
	});

	test("of nobody who never wanted it, as long as another does", () => {
		const { add, remove, whoWants } = createFollowed();
		add("fs", "a", ann);
		expect([remove("fs", "a", bob), whoWants("fs", "a")]).toEqual([false, [ann]]);
	});

	test("by whoever wants no longer what nobody ever wanted, so that it can say so", () => {
		const { add, remove } = createFollowed();
		add("fs", "b", ann);
		expect([remove("fs", "a", ann), remove("git", "a", ann)]).toEqual([true, true]);
	});

	test("of the first again after the last", () => {
		const { add, remove, isShared } = createFollowed();
		add("fs", "a", ann);
		remove("fs", "a", ann);
		expect(isShared("fs", "a", bob)).toBe(false);
	});

	test("of all that a client that goes was the only one to want", () => {
		const { add, removeAll, whoWants } = createFollowed();
		for (const [group, uri] of [
			["fs", "a"],
			["fs", "b"],
			["git", "a"],
		] as const) {
			add(group, uri, ann);
		}
		add("fs", "b", bob);
		expect({ told: removeAll(ann), left: whoWants("fs", "b"), again: removeAll(ann) }).toEqual({
			told: [
				{ group: "fs", uri: "a" },
				{ group: "git", uri: "a" },
			],
			left: [bob],
			again: [],
		});
	});
});

describe("of a change is told", () => {
	test("who wants the resource, and nobody else", () => {
		const { add, whoWants } = createFollowed();
		add("fs", "a", ann);
		add("fs", "b", bob);
		add("git", "a", bob);
		expect([whoWants("fs", "a"), whoWants("fs", "b"), whoWants("git", "a")]).toEqual([[ann], [bob], [bob]]);
	});

	test("once everybody who wants anything of the group, when it is of a resource that nobody named", () => {
		const { add, whoWants } = createFollowed();
		for (const uri of ["a", "b"]) for (const each of [ann, bob]) add("fs", uri, each);
		expect([whoWants("fs", "a/1"), whoWants("git", "a/1")]).toEqual([[ann, bob], []]);
	});
});

test("a group is needed as long as anybody wants anything of it", () => {
	const { add, remove, removeAll, has } = createFollowed();
	const seen = [has("fs")];
	add("fs", "a", ann);
	add("fs", "b", bob);
	seen.push(has("fs"), has("git"));
	remove("fs", "a", ann);
	seen.push(has("fs"));
	removeAll(bob);
	expect([...seen, has("fs")]).toEqual([false, true, false, true, false]);
});

test("a server that was started again is asked once for each resource of its group", async () => {
	const { add, renew } = createFollowed();
	for (const each of [ann, bob]) add("fs", "a", each);
	add("fs", "b", ann);
	add("git", "c", ann);
	const pair = joinChannels();
	const server = openMemoryPeer(pair, "right");
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock: createFakeClock(), open: pair.left.open, ...handlers });
	for (const group of ["fs", "db"]) renew(group, link, 1_000);
	await quiet();
	expect(server.received().map(({ method, params }) => [method, params])).toEqual([
		["resources/subscribe", { uri: "a" }],
		["resources/subscribe", { uri: "b" }],
	]);
});
