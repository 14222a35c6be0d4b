/** The page that the browser comes back to: what it takes, what it refuses, what it shows. */
import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { type Callback, type Ending, openCallback } from "./callback.ts";

const signedIn: Ending = { kind: "signed-in" };

/** A callback that waits for the state "right", and what has come of it. */
function open({ clock = systemClock, name = "docs" } = {}) {
	const callback = openCallback({ port: undefined, name, clock });
	const taken: string[] = [];
	const finished = Promise.withResolvers<Ending>();
	callback.expect("right", async (params) => {
		taken.push(params.toString());
		return finished.promise;
	});
	return { callback, taken, finish: finished.resolve, [Symbol.asyncDispose]: callback.close };
}

/** As a browser would, without following where to. */
async function get(callback: Callback, query: string, init: RequestInit = {}): Promise<[number, string]> {
	const response = await fetch(`${callback.redirectUri}${query}`, { proxy: false, ...init } as RequestInit);
	return [response.status, await response.text()];
}

test("listens on 127.0.0.1 only, at /callback", async () => {
	await using opened = open();
	expect(opened.callback.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
	const elsewhere = opened.callback.redirectUri.replace("127.0.0.1", "127.0.0.2");
	expect(await fetch(elsewhere, { proxy: false } as RequestInit).catch(() => "refused")).toBe("refused");
});

test("one request with the right state is taken, and its page waits for how it ends", async () => {
	await using opened = open();
	const page = get(opened.callback, "?code=abc&state=right&iss=https%3A%2F%2Fa.example");
	// A second one, by a browser that asks twice, is not taken but shown the same.
	const again = get(opened.callback, "?code=def&state=right");
	opened.finish(signedIn);
	const [status, text] = await page;
	expect([status, text]).toEqual([200, expect.stringContaining("Signed in to docs")]);
	expect(await again).toEqual([status, text]);
	expect(opened.taken).toHaveLength(1);
});

test("what the callback brings is handed on whole", async () => {
	await using opened = open();
	opened.finish(signedIn);
	await get(opened.callback, "?code=a%20b&state=right&iss=x&unknown=1");
	expect(opened.taken).toEqual(["code=a+b&state=right&iss=x&unknown=1"]);
});

describe("a request is refused and changes nothing:", () => {
	test.each<[string, string, RequestInit, number]>([
		["a wrong state", "?code=abc&state=wrong", {}, 400],
		["no state", "?code=abc", {}, 400],
		["two states", "?code=abc&state=right&state=wrong", {}, 400],
		["an empty state", "?code=abc&state=", {}, 400],
		["another path", "/../favicon.ico?state=right", {}, 404],
		["a longer path", "/x?state=right", {}, 404],
		["a POST", "?code=abc&state=right", { method: "POST", body: "code=abc&state=right" }, 405],
		["a HEAD", "?code=abc&state=right", { method: "HEAD" }, 405],
		["a preflight", "?code=abc&state=right", { method: "OPTIONS" }, 405],
		["another name for this machine", "?code=abc&state=right", { headers: { host: "evil.example" } }, 421],
		["another port in the name", "?code=abc&state=right", { headers: { host: "127.0.0.1:1" } }, 421],
	])("%s", async (_what, query, init, status) => {
		await using opened = open();
		expect((await get(opened.callback, query, init))[0]).toBe(status);
		expect(opened.taken).toEqual([]);
		opened.finish(signedIn);
		expect((await get(opened.callback, "?code=abc&state=right"))[0]).toBe(200);
	});

	test("one that comes before it is known what to wait for", async () => {
		const callback = openCallback({ port: undefined, name: "docs", clock: systemClock });
		expect((await get(callback, "?code=abc&state=undefined"))[0]).toBe(400);
		await callback.close();
	});
});

describe("the page", () => {
	test.each<[Ending, number, string[]]>([
		[signedIn, 200, ["Signed in to &lt;i&gt;docs", "You can close this page"]],
		[{ kind: "denied", reason: "You said no, & so" }, 403, ["Not signed in to", "You said no, &amp; so"]],
		[{ kind: "failed", reason: "the token endpoint is down" }, 500, ["did not work", "the token endpoint is down"]],
	])("shows %o", async (ending, status, texts) => {
		await using opened = open({ name: "<i>docs" });
		opened.finish(ending);
		const [found, html] = await get(opened.callback, "?code=abc&state=right");
		expect(found).toBe(status);
		for (const text of texts) expect(html).toContain(text);
	});

	test("echoes nothing of the address", async () => {
		await using opened = open();
		const hostile = "%3Cscript%3Ealert(1)%3C/script%3E";
		const [, refused] = await get(opened.callback, `?state=${hostile}&error=${hostile}&error_description=${hostile}`);
		opened.finish(signedIn);
		const [, taken] = await get(opened.callback, `?code=verysecret&state=right&x=${hostile}`);
		for (const html of [refused, taken]) {
			expect(html).not.toMatch(/alert|verysecret/);
			expect(html).not.toContain("<script");
		}
	});

	test("is kept nowhere, loads nothing, and tells nobody its address", async () => {
		await using opened = open();
		opened.finish(signedIn);
		const response = await fetch(`${opened.callback.redirectUri}?state=right`, { proxy: false } as RequestInit);
		const policy = response.headers.get("content-security-policy") ?? "";
		expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; .*frame-ancestors 'none'/);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(response.headers.get("referrer-policy")).toBe("no-referrer");
		expect(await response.text()).not.toMatch(/(?:src|href)="(?!data:,")/);
	});

	test("does not wait for ever", async () => {
		const clock = createFakeClock();
		await using opened = open({ clock });
		const page = get(opened.callback, "?code=abc&state=right");
		while (clock.pendingTimers === 0) await new Promise(setImmediate);
		clock.advance(30_000);
		expect(await page).toEqual([202, expect.stringContaining("Nearly there")]);
	});
});

describe("when it is closed", () => {
	test("nothing listens any more", async () => {
		const opened = open();
		await opened.callback.close();
		expect(await get(opened.callback, "?state=right").catch(() => "refused")).toBe("refused");
	});

	test("who has been taken still gets its page", async () => {
		const opened = open();
		const page = get(opened.callback, "?code=abc&state=right");
		while (opened.taken.length === 0) await new Promise(setImmediate);
		const closed = opened.callback.close();
		opened.finish(signedIn);
		expect((await page)[0]).toBe(200);
		await closed;
	});

	test("a connection without a request is not waited for, and nothing is taken from it later", async () => {
		const opened = open();
		const { port } = new URL(opened.callback.redirectUri);
		const heard = Promise.withResolvers<string>();
		const socket = await Bun.connect({
			hostname: "127.0.0.1",
			port: Number(port),
			socket: {
				open: () => {},
				data: (_socket, bytes) => heard.resolve(bytes.toString()),
				close: () => heard.resolve("closed"),
			},
		});
		// The connection is accepted before this request, which comes later.
		await get(opened.callback, "?state=wrong");
		await opened.callback.close();
		socket.write(`GET /callback?code=abc&state=right HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
		expect(await heard.promise).toMatch(/^(closed|HTTP\/1\.1 410 )/);
		expect(opened.taken).toEqual([]);
		socket.end();
	});
});

describe("a port of one's own", () => {
	test("is used", async () => {
		const first = open();
		await first.callback.close();
		const port = Number(new URL(first.callback.redirectUri).port);
		const callback = openCallback({ port, name: "docs", clock: systemClock });
		expect(callback.redirectUri).toBe(first.callback.redirectUri);
		await callback.close();
	});

	test("that is taken is an error that names it and says what to do", async () => {
		await using other = open();
		const port = Number(new URL(other.callback.redirectUri).port);
		let error: unknown;
		try {
			openCallback({ port, name: "docs", clock: systemClock });
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(UserError);
		expect(String(error)).toContain(`port ${port} of oauth_redirect_port is in use on 127.0.0.1`);
		expect((error as UserError).hint).toContain("set another port");
	});
});
