import { describe, expect, test } from "bun:test";

import { byteLength } from "../base/text.ts";
import { signatureWriter } from "./signature-writer.ts";

const read = {
	name: "read_file",
	title: "Read",
	description: "Reads a file. It must be there.\n\nNever fails.",
	inputSchema: {
		type: "object",
		properties: { path: { type: "string", description: "Where it is" }, head: { type: "integer" } },
		required: ["path"],
	},
	annotations: { readOnlyHint: true },
};

test("in brief a tool has its signature and its first sentence, and shows that there is more", () => {
	expect(signatureWriter.brief(read)).toBe("read_file(path: string, head?: integer) [read-only]\n Reads a file. …");
});

test("its purpose is its name and its first sentence", () => {
	expect(signatureWriter.purpose(read)).toBe("read_file(…)\n Reads a file.");
});

test("what loses nothing by it is not marked as shortened", () => {
	const tool = { name: "ls", description: "Lists.", inputSchema: {} };
	expect([signatureWriter.brief(tool), signatureWriter.purpose(tool)]).toEqual(["ls()\n Lists.", "ls()\n Lists."]);
});

test("parameters that are only said of all arguments together do not look like none", () => {
	const variant = (name: string) => ({ properties: { [name]: { type: "string" } }, required: [name] });
	const oneOf = [variant("path"), variant("url"), variant("text")];
	const tool = { name: "open", description: "Opens it.", inputSchema: { type: "object", oneOf } };
	expect(signatureWriter.brief(tool)).toBe("open(…)\n Opens it. …");
	expect(signatureWriter.squeezed(tool, 30)).toBe("open(…)\n Opens it. …");
});

test("a tool without a description is told by its title, or by its name alone", () => {
	const inputSchema = { type: "object", properties: { a: { description: "word ".repeat(20) } }, required: ["a"] };
	expect([
		signatureWriter.brief({ name: "t", title: "Titled", inputSchema }),
		signatureWriter.brief({ name: "t", inputSchema }),
	]).toEqual(["t(a: any)\n Titled …", "t(a: any)\n …"]);
});

describe("a tool that is too large", () => {
	const properties = Object.fromEntries(
		Array.from({ length: 40 }, (_, index) => [
			`p${index}`,
			{ type: "object", properties: { inner: { type: "string" } }, description: "word ".repeat(20) },
		]),
	);
	const large = {
		name: "large",
		description: `Does it. ${"More. ".repeat(400)}`,
		inputSchema: { type: "object", properties, required: ["p0", "p39"] },
	};

	test.each([
		[7000, "its description first", { text: 400, notes: 40, type: true, optional: true }],
		[
			4500,
			"then what is said of its parameters, from the end of each",
			{ text: 0, notes: 40, type: true, optional: true },
		],
		[1500, "then all of that", { text: 0, notes: 0, type: true, optional: true }],
		[320, "then the types of optional parameters", { text: 0, notes: 0, type: true, optional: false }],
		[100, "then types and optional parameters", { text: 0, notes: 0, type: false, optional: false }],
	])("loses within %i bytes %s", (bytes, _, expected) => {
		const text = signatureWriter.squeezed(large, bytes);
		const line = text.split("\n")[0] ?? "";
		expect(byteLength(text)).toBeLessThanOrEqual(bytes);
		expect({
			text: text.includes("More. More.") ? 400 : 0,
			notes: text.split("\n - ").length - 1,
			type: line.includes("p0: {inner?: string}"),
			optional: line.includes("p7?: {inner?: string}"),
		}).toEqual(expected);
		expect([line.includes("p0"), line.includes("p39"), text.includes("…")]).toEqual([true, true, true]);
	});

	test("loses its description before anything of what is said of its parameters", () => {
		const text = signatureWriter.squeezed({ ...large, description: `Does it. ${"More. ".repeat(2000)}` }, 8000);
		const notes = text.split("\n - ").slice(1);
		expect(notes.map((note) => note.replace(/^p\d+: /, ""))).toEqual(Array(40).fill("word ".repeat(20).trim()));
		expect(byteLength(text)).toBeGreaterThan(7990);
	});

	test("keeps as much of a long list of values as there is room for", () => {
		const zones = Array.from({ length: 900 }, (_, index) => `Region/City_${index}`);
		const inputSchema = { properties: { zone: { enum: zones } }, required: ["zone"] };
		const text = signatureWriter.squeezed({ name: "t", description: "Tells it.", inputSchema }, 8000);
		expect(byteLength(text)).toBeWithin(5000, 8001);
		expect(text).toEndWith("…, …)\n Tells it. …");
	});

	test("names its optional parameters as long as there is room", () => {
		expect(signatureWriter.squeezed(large, 320)).toStartWith(
			"large(p0: {inner?: string}, p39: {inner?: string}, p1?, p2?, p3?",
		);
	});

	test("of more required parameters than there is room for those left out are counted", () => {
		const required = Array.from({ length: 500 }, (_, index) => `parameter ${index}`);
		const text = signatureWriter.squeezed({ name: "t", inputSchema: { type: "object", required } }, 400);
		const left = Number(/and (\d+) more required parameters/.exec(text)?.[1]);
		expect([byteLength(text) <= 400, text.split('"parameter ').length - 1 + left, left > 400]).toEqual([
			true,
			500,
			true,
		]);
	});

	test("is cut in the end, when nothing else helps", () => {
		expect(byteLength(signatureWriter.squeezed({ ...large, name: "n".repeat(500) }, 100))).toBeLessThanOrEqual(100);
	});
});
