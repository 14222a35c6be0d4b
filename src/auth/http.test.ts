import { describe, expect, test } from "bun:test";

import { failureOf, never } from "../../test/helpers/authorizing.ts";
import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { createHttp, type Fetch } from "./http.ts";
import type { ServerTls } from "./types.ts";

const serverUrl = "https://a.example/mcp";

/** With a network that is the test's. */
function over(answer: (url: string, init: BunFetchRequestInit) => Response | Promise<Response>, tls?: ServerTls) {
	const seen: { url: string; init: BunFetchRequestInit }[] = [];
	const clock = createFakeClock();
	const fetch: Fetch = async (url, init) => {
		seen.push({ url, init });
		return answer(url, init);
	};
	return { http: createHttp({ fetch, clock, version: "1.2.3", serverUrl, tls }), clock, seen };
}

const form = (fields: Record<string, string>) => ({ method: "POST", body: new URLSearchParams(fields) });
const redirect = (location: string, status = 302) => new Response("", { status, headers: { location } });

describe("every request", () => {
	test("checks certificates, follows no redirect by itself, and says who asks and nothing more", async () => {
		const { http, seen } = over(() => Response.json({}));
		await http.within(never)("https://as.example/token", form({ a: "b" }));
		const [{ init } = { init: {} as BunFetchRequestInit }] = seen;
		expect(init).toMatchObject({ redirect: "manual", tls: { rejectUnauthorized: true }, body: "a=b" });
		expect([...new Headers(init.headers)]).toEqual([["user-agent", "dynamic-mcp/1.2.3"]]);
	});

	test("is made as the config wants it to the server itself; elsewhere its authority is one more to trust", async () => {
		const tls = { ca: "OUR CA", cert: "WHO I AM", key: "A KEY", rejectUnauthorized: false };
		const { http, seen } = over(() => Response.json({}), tls);
		await http.within(never)("https://a.example/.well-known/x");
		await http.within(never)("https://as.example/token", form({ a: "b" }));
		const [own, other] = seen.map(({ init }) => init.tls);
		expect(own).toEqual(tls);
		const { ca, ...rest } = other as { ca: string[] };
		expect([ca[0], ca.length > 50, rest]).toEqual(["OUR CA", true, { rejectUnauthorized: true }]);
	});

	test("to an address that is not safe is not sent", async () => {
		const { http, seen } = over(() => Response.json({}));
		for (const url of ["http://as.example/x?secret=1", "http://localhost/x", "ftp://a.example/"]) {
			expect(await failureOf(Promise.resolve().then(() => http.within(never)(url)))).not.toContain("secret");
		}
		expect(seen).toEqual([]);
	});

	test("is given up after 30 seconds", async () => {
		const { http, clock } = over(
			(_, { signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("gone")))),
		);
		const failure = failureOf(http.within(never)("https://as.example/x?secret=1"));
		clock.advance(30_000);
		expect(await failure).toBe("https://as.example/x did not answer within 30 s");
		expect(clock.pendingTimers).toBe(0);
	});

	test("is given up with the signal's own reason", async () => {
		const caller = new AbortController();
		const { http } = over(() => {
			caller.abort(new Error("enough"));
			throw new Error("gone");
		});
		expect(await failureOf(http.within(caller.signal)("https://as.example/x"))).toBe("enough");
		expect(await failureOf(Promise.resolve().then(() => http.within(caller.signal)("https://as.example/x")))).toBe(
			"enough",
		);
	});

	test("that cannot be sent names the place and the reason, without the query", async () => {
		const { http } = over((url) => {
			throw Object.assign(new Error(`cannot connect to ${url}`), { code: "ECONNREFUSED" });
		});
		const failure = failureOf(http.within(never)("https://as.example/x?secret=1"));
		expect(await failure).toBe("https://as.example/x could not be reached: ECONNREFUSED");
	});

	test("reads no more than 1 MB of the answer, and stops it there", async () => {
		let sent = 0;
		const chunk = new Uint8Array(100_000);
		const endless = new ReadableStream({
			pull(controller) {
				sent++;
				controller.enqueue(chunk);
			},
		});
		const { http } = over(() => new Response(endless));
		expect(await failureOf(http.within(never)("https://as.example/x"))).toBe(
			"https://as.example/x answers with more than 1 MB",
		);
		expect(sent).toBeLessThan(20);
	});
});

describe("a GET", () => {
	test("follows redirects at the same origin", async () => {
		const { http } = over((url) => (url.endsWith("/x") ? redirect("/y") : Response.json({ here: url })));
		expect(await (await http.within(never)("https://as.example/x")).json()).toEqual({ here: "https://as.example/y" });
	});

	test.each(["https://other.example/x", "http://as.example/x", "https://as.example:8443/x"])(
		"does not follow one to %s",
		async (to) => {
			const { http, seen } = over(() => redirect(to));
			expect((await http.within(never)("https://as.example/x")).status).toBe(302);
			expect(seen).toHaveLength(1);
		},
	);

	test("does not follow them without end", async () => {
		const { http, seen } = over(() => redirect("/x"));
		expect((await http.within(never)("https://as.example/x")).status).toBe(302);
		expect(seen).toHaveLength(4);
	});

	test("reads what the server itself has to say though it is reached without encryption", async () => {
		const fetch: Fetch = async () => Response.json({});
		const http = createHttp({
			fetch,
			clock: createFakeClock(),
			version: "1",
			serverUrl: "http://intranet.example/mcp",
		});
		const get = http.within(never);
		expect((await get("http://intranet.example/.well-known/oauth-protected-resource")).status).toBe(200);
		expect(await failureOf(get("http://intranet.example/token", form({})))).toContain("not encrypted");
	});
});

describe("a POST", () => {
	test.each([301, 302, 303, 307, 308])("is not sent on by a %p, not even to the same origin", async (status) => {
		const { http, seen } = over(() => redirect("/elsewhere?secret=1", status));
		const failure = failureOf(http.within(never)("https://as.example/x", form({ code: "c" })));
		expect(await failure).toBe("https://as.example/x redirects to https://as.example/elsewhere, which is not followed");
		expect(seen).toHaveLength(1);
	});

	test.each([
		[{ error: "invalid_grant" }, 400, 'OAuthRefusal: https://as.example/x says "invalid_grant"'],
		[
			{ error: "invalid_grant", error_description: "gone" },
			200,
			'OAuthRefusal: https://as.example/x says "invalid_grant": gone',
		],
		[{ error: "invalid_grant" }, 503, "OAuthUnavailable: https://as.example/x says HTTP 503"],
		[{ error: "invalid_grant" }, 429, "OAuthUnavailable: https://as.example/x says HTTP 429"],
		[{ error: "slow_down" }, 400, 'OAuthUnavailable: https://as.example/x says "slow_down"'],
		[{ error: { code: 7 } }, 400, "OAuthUnavailable: https://as.example/x says HTTP 400"],
		["a page", 404, "OAuthUnavailable: https://as.example/x says HTTP 404"],
	])("answered with %j and %p fails", async (body, status, expected) => {
		const { http } = over(() => Response.json(body, { status }));
		const sent = http.within(never)("https://as.example/x", form({}));
		expect(await sent.then(() => "fine", String)).toBe(expected);
	});

	test("answered with nulls has none of them", async () => {
		const { http } = over(() => Response.json({ access_token: "t", expires_in: null, error: null }));
		expect(await (await http.within(never)("https://as.example/x", form({}))).json()).toEqual({ access_token: "t" });
	});
});
