import { describe, expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import { bareOffer } from "../../test/helpers/stored.ts";
import { findResource, findTemplate, type GroupOffer, guessResource } from "./find-resource.ts";

interface Has {
	readonly uris?: readonly unknown[];
	readonly templates?: readonly unknown[];
	/** False for a group that has no resources at all. */
	readonly isAble?: boolean;
}

function offerOf(name: string, { uris = [], templates = [], isAble = true }: Has = {}): GroupOffer {
	const resources = uris.map((uri) => ({ uri }));
	const resourceTemplates = templates.map((uriTemplate) => ({ uriTemplate }));
	const capabilities = isAble ? { resources: {} } : { tools: {} };
	return { group: groupOf(name), offer: { ...bareOffer, resources, resourceTemplates, capabilities } };
}

const find = (uri: string, ...offers: GroupOffer[]) => (findResource(uri, offers) ?? guessResource(uri, offers))?.name;

describe("a resource is of", () => {
	test("the group that lists it, though an earlier one has a template for it", () => {
		const offers = [offerOf("fs", { templates: ["x:///{name}"] }), offerOf("git", { uris: ["x:///a"] })];
		expect(find("x:///a", ...offers)).toBe("git");
	});

	test("the first of the groups that list it", () => {
		const offers = ["db", "fs", "git"].map((name) => offerOf(name, name === "db" ? {} : { uris: ["x:///a"] }));
		expect(find("x:///a", ...offers)).toBe("fs");
	});

	test("the first of the groups with a template for it, though another lists a more similar one", () => {
		const offers = [
			offerOf("git", { uris: ["x://h/aaab"] }),
			offerOf("fs", { templates: ["y:///{name}", "x://h/{name}"] }),
			offerOf("db", { templates: ["x://h/{name}"] }),
		];
		expect(find("x://h/aaaa", ...offers)).toBe("fs");
	});

	test("the group that lists the most similar one of the same scheme and authority", () => {
		const offers = [
			offerOf("fs", { uris: ["file:///home/a"] }),
			offerOf("git", { uris: ["file:///home/b/1", "file:///etc"] }),
			offerOf("db", { uris: ["file:///home/c"] }),
		];
		expect(find("file:///home/b/2", ...offers)).toBe("git");
	});

	test("the first of those with equally similar ones", () => {
		const offers = [offerOf("fs", { uris: ["x://h/a1"] }), offerOf("git", { uris: ["x://h/a2"] })];
		expect(find("x://h/a3", ...offers)).toBe("fs");
	});

	test("a group with a similar template", () => {
		const offers = [offerOf("fs", { uris: ["y:///a"] }), offerOf("git", { templates: ["x://h/{a}/{b}"] })];
		expect(find("x://h/a/b/c/d", ...offers)).toBe("git");
	});

	test.each(["x://other/a", "y://h/a", "z:a"])("the only group that has any: %s", (uri) => {
		const offers = [offerOf("fs", { isAble: false }), offerOf("git", { uris: ["x://h/a"] })];
		expect(find(uri, ...offers)).toBe("git");
	});
});

describe("a resource is of no group that can be told", () => {
	test.each(["x://other/a", "y://h/a", "x:", "nonsense", "", "x://h"])(
		"when several have some, but none of this scheme and authority: %j",
		(uri) => {
			const offers = [offerOf("fs", { uris: ["x://host/a"] }), offerOf("git", { templates: ["z://{a}"] })];
			expect(find(uri, ...offers)).toBeUndefined();
		},
	);

	test.each([
		["x://ab", "x://ac"],
		["x://ab", "x://a"],
		["x://a", "x://a.b/c"],
	])("when it has another authority, with nothing behind it: %s, %s", (uri, known) => {
		expect(find(uri, offerOf("fs", { uris: [known] }), offerOf("git", { uris: ["y:a"] }))).toBeUndefined();
	});

	test("when no group has any", () => {
		expect([find("x:a"), find("x:a", offerOf("fs", { isAble: false }))]).toEqual([undefined, undefined]);
	});

	test("by lists with nonsense in them, or by none", () => {
		const nonsense = [null, 7, {}, ["x:a"]];
		const { group, offer } = offerOf("fs");
		const broken = { ...offer, resources: [...nonsense, { uri: 7 }], resourceTemplates: [...nonsense, "x:{a}"] };
		const silent = { ...offer, resources: undefined, resourceTemplates: undefined };
		expect(find("x:a", { group, offer: broken }, { group, offer: silent })).toBeUndefined();
	});
});

describe("a template of RFC 6570", () => {
	/** The second group has the template; the first would be the one for what does not fit it. */
	const fits = (template: string, uri: string) =>
		find(uri, offerOf("similar", { uris: [`${uri}~`] }), offerOf("template", { templates: [template] })) === "template";

	test.each([
		["x:///{name}", "x:///a%20b"],
		["x:///{+path}", "x:///a/b/c.txt"],
		["x:///users/{id}/posts/{post}", "x:///users/7/posts/8"],
		["x:///{a}.txt", "x:///b.txt"],
		["x:///f{.ext}", "x:///f.md"],
		["x://{host}{/path}", "x://h/p"],
		["x:///s{?q}", "x:///s?q=1"],
		["x:///s{?q,n}", "x:///s?q=1&n=2"],
		["x:///(a)[b]*+?{v}", "x:///(a)[b]*+?c"],
	])("%s fits %s", (template, uri) => {
		expect(fits(template, uri)).toBe(true);
	});

	test.each([
		["x:///{name}", "x:///a/b"],
		["x:///{name}", "x:///"],
		["x:///{name}", "y:///a"],
		["x:///{a}.txt", "x:///b_txt"],
		["x:///users/{id}", "x:///users/7/posts"],
		["x:///a", "x:///ab"],
	])("%s does not fit %s", (template, uri) => {
		expect(fits(template, uri)).toBe(false);
	});

	test.each(["{", "x:///{", "x:///{}", "}{", "x:///{+}", "x:///{a", "{".repeat(50_000), "x{a}".repeat(20_000)])(
		"that is none, or a monster, fits nothing and breaks nothing: %p",
		(template) => {
			const offers = [offerOf("evil", { templates: [template] }), offerOf("good", { templates: ["x:///{name}"] })];
			expect(find("x:///a", ...offers)).toBe("good");
		},
	);

	test("takes no longer than a moment, however many ways there are to fit it", () => {
		const template = `x:${Array.from({ length: 5 }, (_, index) => `{+v${index}}`).join("")}!`;
		const started = performance.now();
		const found = find(`x:${"a".repeat(165)}`, offerOf("evil", { templates: [template] }), offerOf("other"));
		const tookMs = performance.now() - started;
		expect({ found, isQuick: tookMs < 300 }).toEqual({ found: "evil", isQuick: true });
	});
});

describe("a completion refers to", () => {
	test("the group with this very template", () => {
		const offers = [offerOf("fs", { templates: ["x:///{a}"] }), offerOf("git", { templates: ["x:///{b}"] })];
		expect(findTemplate("x:///{b}", offers)?.name).toBe("git");
	});

	test("else to the group of the resource", () => {
		const offers = [offerOf("fs", { uris: ["y:a"] }), offerOf("git", { uris: ["x:a"] })];
		expect(findTemplate("x:a", offers)?.name).toBe("git");
	});
});
