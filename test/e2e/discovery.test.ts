/** A model asks what a group offers. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const servers = {
	echo: fixture("echo", { description: "Says things again" }),
	slow: fixture("slow", { description: "Takes its time" }),
};

test("shows a group's tools as signatures in one text", async () => {
	await using proxy = await startProxy({ servers });
	const reply = await proxy.discover("echo");
	expect(reply.result?.["content"]).toEqual([{ type: "text", text: expect.any(String) }]);
	const text = goodTextOf(reply);
	expect(text).toContain("echo(text: string)");
	expect(text).toContain("Says it again");
	expect(text).toContain("What to say");
});

test("keeps enums, defaults, required marks and descriptions of parameters", async () => {
	await using proxy = await startProxy({ servers });
	const text = goodTextOf(await proxy.discover("echo"));
	expect(text).toMatch(/paint\(color: .*red.*green.*coats\?: .*= 2/);
	expect(text).toContain("Of the wall");
});

test("reads every page of a long list, and calls what was on the last one", async () => {
	await using proxy = await startProxy({ servers: { book: fixture("paged") } });
	const text = goodTextOf(await proxy.discover("book"));
	const names = ["one", "two", "three", "four", "five", "six"];
	expect(names.filter((name) => !text.includes(`${name}(`))).toEqual([]);
	expect(goodTextOf(await proxy.callTool("book", "six"))).toBe("I am six");
});

test("lists all groups with their descriptions when none is named", async () => {
	await using proxy = await startProxy({ servers });
	const text = goodTextOf(await proxy.discover());
	expect(["echo", "Says things again", "slow", "Takes its time"].filter((part) => !text.includes(part))).toEqual([]);
});

test("answers an unknown group with the nearest name and all groups", async () => {
	await using proxy = await startProxy({ servers });
	const text = errorTextOf(await proxy.discover("ecoh"));
	expect(text).toContain("ecoh");
	expect(text).toMatch(/did you mean\b.*echo/i);
	expect(text).toContain("slow");
});

test("explains why a server could not start, with its last words", async () => {
	await using proxy = await startProxy({ servers: { ...servers, broken: fixture("crashes-at-start") } });
	const text = errorTextOf(await proxy.discover("broken"));
	expect(text).toContain("broken");
	expect(text).toMatch(/exit\w*( with)?( code)? 3|code 3/);
	expect(text).toContain("fatal: no license found");
});

test("a disabled group is nowhere to be seen", async () => {
	await using proxy = await startProxy({ servers: { ...servers, secret: fixture("echo", { enabled: false }) } });
	const replies = [await proxy.request("tools/list"), await proxy.discover(), await proxy.discover("ecoh")];
	expect(JSON.stringify([proxy.greeting, replies])).not.toContain("secret");
});

test("a disabled group can be neither discovered nor called", async () => {
	await using proxy = await startProxy({ servers: { ...servers, secret: fixture("echo", { enabled: false }) } });
	const texts = [await proxy.discover("secret"), await proxy.callTool("secret", "pid")].map(errorTextOf);
	expect(texts.every((text) => text.includes("echo") && text.includes("slow"))).toBeTrue();
	expect(proxy.children()).toEqual([]);
});

test("a group whose tools are switched off lists none, and says by which setting", async () => {
	const mute = fixture("echo", { features: { tools: false } });
	await using proxy = await startProxy({ servers: { ...servers, mute } });
	const discovered = await proxy.discover("mute");
	const called = await proxy.callTool("mute", "echo", { text: "hi" });
	expect(errorTextOf(called)).toContain("features.tools");
	expect(JSON.stringify(discovered)).not.toContain("echo(text");
	expect(JSON.stringify(discovered)).toContain("features.tools");
});

test("shows a tool that the server has added since", async () => {
	await using proxy = await startProxy({ servers: { school: fixture("list-changed") } });
	const before = goodTextOf(await proxy.discover("school"));
	await proxy.callTool("school", "learn");
	const after = goodTextOf(await proxy.discover("school"));
	expect([before.includes("fly("), after.includes("fly(")]).toEqual([false, true]);
	expect(goodTextOf(await proxy.callTool("school", "fly"))).toBe("flying");
});
