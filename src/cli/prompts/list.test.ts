import { expect, test } from "bun:test";

import { plain } from "../output/surface.ts";
import { answerLine, chosen, listFrame, type ListState, press } from "./list.ts";

const items = ["a", "b", "c"].map((value) => ({ value, label: `Label ${value}`, hint: `about ${value}` }));
const one: ListState = { items, at: 0, ticked: undefined };
const several: ListState = { items, at: 0, ticked: new Set(["a", "c"]) };

function pressAll(state: ListState, names: readonly string[]): ListState {
	return names.reduce((before, name) => press(before, { name }), state);
}

test.each<[string, ListState, string[], string[]]>([
	["the first one, when nothing is pressed", one, [], ["a"]],
	["the next one", one, ["down"], ["b"]],
	["the last one, upwards from the first", one, ["up"], ["c"]],
	["the first one, downwards from the last", one, ["end", "down"], ["a"]],
	["what it was, for a space", one, ["space"], ["a"]],
	["those that are ticked from the start", several, [], ["a", "c"]],
	["without one, in the order of the list", several, ["space", "down", "space"], ["b", "c"]],
	["all", several, ["a"], ["a", "b", "c"]],
	["none", several, ["a", "a"], []],
	["what it was, for other keys", several, ["x", "tab", "left"], ["a", "c"]],
])("chosen is %s", (_, state, names, expected) => {
	expect(chosen(pressAll(state, names))).toEqual(expected);
});

test("a key that changes nothing gives the same state, so that nothing is drawn", () => {
	expect(press(one, { name: "x" })).toBe(one);
	expect(press(several, { name: "a", ctrl: true })).toBe(several);
	expect(press(several, {})).toBe(several);
});

const options = { question: "Which?", colours: plain, width: 40, height: 24 };

test("the list shows where one stands and what is ticked", () => {
	expect(listFrame(press(several, { name: "down" }), options)).toEqual([
		"? Which?",
		"  [x] Label a  about a",
		"> [ ] Label b  about b",
		"  [x] Label c  about c",
		"  arrows, Space, a for all, Enter",
	]);
	expect(listFrame(one, options)[1]).toBe("> Label a  about a");
});

test("no line is wider than the terminal, and a long list shows the part one stands in", () => {
	const many = Array.from({ length: 40 }, (_, index) => ({
		value: `${index}`,
		label: `Label ${index}`,
		hint: "x".repeat(90),
	}));
	const frame = listFrame({ items: many, at: 30, ticked: undefined }, { ...options, height: 10 });
	expect(frame.length).toBeLessThanOrEqual(10);
	expect(frame.every((line) => Bun.stringWidth(line) < 40)).toBe(true);
	expect(frame.some((line) => line.startsWith("> Label 30"))).toBe(true);
	expect(frame.at(-2)).toBe("  … 33 more");
});

test("an answer is left in two lines", () => {
	expect(answerLine("Which?", "Label a, Label b", options)).toBe("? Which?\n  Label a, Label b");
});
