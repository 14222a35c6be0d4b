/** Discovery at a server at a URL that loses its session before it has listed its tools. */
import { expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createMemoryStore } from "../../test/helpers/offer-store.ts";
import { answered, call, createRelayed, echo, type Options, told } from "../../test/helpers/relayed.ts";
import { bareOffer } from "../../test/helpers/stored.ts";
import type { Remedy } from "../protocol/channel.ts";

const problem = "it no longer knows the session";
const broken: Wire = { error: { code: -32_603, message: "broken" } };
const tools: Wire = { result: { tools: [echo] } };
const discover = (id: number) => ({
	id,
	method: "tools/call",
	params: { name: "get_dynamic_tools", arguments: { group: "fs" } },
});
const shown = (id: number) => answered(id, { content: [{ type: "text", text: expect.stringContaining("\necho(") }] });

/** A relay in front of a server at a URL that answers its lists like this, or leaves them. */
function createLosing(answers: (Wire | undefined)[], more: Options = {}) {
	const relayed = createRelayed({ isRemote: true, list: () => answers.shift(), ...more });
	const { client, starts } = relayed;
	const ask = async (message: Wire) => {
		client.send(message);
		await quiet();
	};
	/** The `index`th start leaves its last list, and ends; returns how many starts there were before the end. */
	const lose = async (index: number, remedy: Remedy = "repeat") => {
		const { sentOf, upstream } = starts[index]!;
		upstream.leaveUnanswered({ id: Number(sentOf("tools/list").at(-1)?.id), problem, remedy });
		await quiet();
		const before = starts.length;
		upstream.end({ kind: "ended", detail: problem, lastWords: [], isClean: true });
		await quiet();
		return before;
	};
	return { ask, lose, starts, got: (id: number) => client.received().filter((message) => message.id === id) };
}

/** The same when the server runs already, and its tools could not be read. */
async function createRunning(answers: (Wire | undefined)[]) {
	const losing = createLosing([broken, ...answers]);
	await losing.ask(discover(0));
	return losing;
}

test("it is asked once more, on a new connection, when the old one has ended", async () => {
	const { ask, got, lose, starts } = await createRunning([undefined, tools]);
	await ask(discover(1));
	const before = await lose(0);
	expect([before, starts.length, got(1)]).toEqual([1, 2, [shown(1)]]);
});

test("a second loss is told", async () => {
	const { ask, got, lose, starts } = await createRunning([undefined, undefined]);
	await ask(discover(1));
	await lose(0);
	await lose(1);
	expect([starts.length, got(1)]).toEqual([
		2,
		[told(1, /^Group "fs" failed: .*it no longer knows the session.*The next call tries again\.$/)],
	]);
});

test("any other failure is told, and nothing is asked again", async () => {
	const { ask, got, lose, starts } = await createRunning([undefined]);
	await ask(discover(1));
	await lose(0, "wait");
	expect([starts.length, got(1)]).toEqual([1, [told(1, /^Group "fs" failed: .*it no longer knows the session/)]]);
});

test("what was known before is shown instead, where something was", async () => {
	const store = createMemoryStore(new Map([["fs", { ...bareOffer, tools: [echo] }]]));
	const { ask, got, lose, starts } = createLosing([], { store });
	// A call that fits what is known starts the server without a look at its list.
	await ask(call(0));
	await ask(discover(1));
	await lose(0);
	expect([starts.length, got(1)]).toEqual([1, [shown(1)]]);
});
