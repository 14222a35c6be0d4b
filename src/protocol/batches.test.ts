import { expect, test } from "bun:test";

import { createBatches } from "./batches.ts";

function createRecorded() {
	const sent: string[] = [];
	return { sent, batches: createBatches((text) => void sent.push(text)) };
}

test("the answers go together, in the order in which they came, when the last one is there", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, "a", 0]);
	const taken = [batches.take(0, '"zero"'), batches.take("a", '"a"'), [...sent], batches.take(1, '"one"')];
	expect({ taken, sent }).toEqual({ taken: [true, true, [], true], sent: ['["zero","a","one"]'] });
});

test("an answer to a request outside of every batch is not taken", () => {
	const { sent, batches } = createRecorded();
	batches.open([1]);
	expect({ has: [1, 2].map((id) => batches.has(id)), taken: batches.take(2, "x"), sent }).toEqual({
		has: [true, false],
		taken: false,
		sent: [],
	});
});

test("an id's text and number are two ids", () => {
	const { batches } = createRecorded();
	batches.open([1]);
	expect([batches.take("1", "x"), batches.take(1, "x")]).toEqual([false, true]);
});

test("a dropped request is not waited for", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, 2]);
	batches.take(1, '"one"');
	batches.drop(2);
	expect(sent).toEqual(['["one"]']);
});

test("a batch of which nothing is answered sends nothing", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, 2]);
	batches.drop(1);
	batches.drop(2);
	expect(sent).toEqual([]);
});

test("a batch without requests sends nothing", () => {
	const { sent, batches } = createRecorded();
	batches.open([]);
	expect(sent).toEqual([]);
});

test("of an id used twice in one batch the second answer goes alone", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, 1]);
	expect([batches.take(1, '"first"'), batches.take(1, '"second"'), sent]).toEqual([true, false, ['["first"]']]);
});

test("two batches at once keep their answers apart", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, 2]);
	batches.open([3, 4]);
	for (const id of [4, 1, 3, 2]) batches.take(id, String(id));
	expect(sent).toEqual(["[4,3]", "[1,2]"]);
});

test("an id that another batch still waits for keeps no answer back", () => {
	const { sent, batches } = createRecorded();
	batches.open([1, 2]);
	batches.open([1, 3]);
	const alone = [1, 2, 3, 1].filter((id) => !batches.take(id, String(id)));
	const together = sent.flatMap((text) => JSON.parse(text) as number[]);
	expect([...alone, ...together].sort((a, b) => a - b)).toEqual([1, 1, 2, 3]);
});
