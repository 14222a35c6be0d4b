import { describe, expect, test } from "bun:test";

import { specOf } from "../../../test/helpers/driven-channel.ts";
import {
	createFakeAuthorizer,
	failing,
	type FakeAuthorizer,
	renewing,
	signInNeeded,
} from "../../../test/helpers/fake-authorizer.ts";
import { type Act, openLocalServer, redirect, refusal, silence, taken } from "../../../test/helpers/local-server.ts";
import { createEndpoint, type EndpointRequest, type EndpointSpec } from "./endpoint.ts";

const { signal } = new AbortController();
const methods = ["POST", "GET", "DELETE"] as const;
const requestOf = (method: EndpointRequest["method"]): EndpointRequest => ({
	method,
	headers: {},
	signal,
	...(method === "POST" ? { body: '{"method":"POST"}' } : {}),
});
const post = requestOf("POST");
const challenge = 'Bearer error="invalid_token", resource_metadata="https://x.example/meta"';
const unauthorized = refusal(401, "", { "WWW-Authenticate": challenge });
/** Takes whoever comes with this token. */
const takes = (authorization: string): Act => {
	return (seen) => (seen.headers.get("authorization") === authorization ? taken() : unauthorized(seen));
};
const endpointOf = (url: string, authorizer: FakeAuthorizer, more: Partial<EndpointSpec> = {}) =>
	createEndpoint(specOf(url, { authorizer, ...more }));

/** A server that does the same with every request that is no DELETE of a session. */
const openServer = (act: Act | readonly Act[]) => openLocalServer({ POST: act, GET: act, DELETE: act });

test.each(methods)("a %s carries what the authorizer says", async (method) => {
	await using server = openServer(takes("Bearer 1"));
	const { status } = await endpointOf(server.url, createFakeAuthorizer("Bearer 1")).request(requestOf(method));
	expect(status).toBe(202);
});

test("the authorizer is told what the server takes, and not of a token that something went wrong with", async () => {
	await using server = openServer([unauthorized, refusal(500, ""), taken, taken]);
	const authorizer = createFakeAuthorizer("Bearer 1", renewing("Bearer 2"));
	const endpoint = endpointOf(server.url, authorizer);
	for (let request = 0; request < 3; request++) await endpoint.request(post);
	expect(authorizer.taken).toEqual(["Bearer 2", "Bearer 2"]);
});

test("each request carries what the authorizer says by then, though its headers are the same", async () => {
	await using server = openServer(taken);
	const authorizer = createFakeAuthorizer("Bearer 1");
	const endpoint = endpointOf(server.url, authorizer, { headers: { "X-Team": "red" } });
	await endpoint.request(post);
	await endpoint.request(post);
	authorizer.use("Bearer 2");
	await endpoint.request(post);
	authorizer.use(undefined);
	await endpoint.request(post);
	expect(server.seen.map(({ headers }) => [headers.get("authorization"), headers.get("x-team")])).toEqual([
		["Bearer 1", "red"],
		["Bearer 1", "red"],
		["Bearer 2", "red"],
		[null, "red"],
	]);
});

test.each(["Authorization", "authorization"])(
	"the config's own %s is sent, and the authorizer left alone",
	async (name) => {
		await using server = openServer(unauthorized);
		const authorizer = createFakeAuthorizer("Bearer 1", renewing("Bearer 2"));
		const endpoint = endpointOf(server.url, authorizer, { headers: { [name]: "Basic own" } });
		const response = await endpoint.request(post);
		expect(server.seen.map(({ headers }) => headers.get("authorization"))).toEqual(["Basic own"]);
		expect([response.status, authorizer.refusals, endpoint.signInTroubleOf(response)]).toEqual([401, [], undefined]);
	},
);

describe("a refused request", () => {
	test.each(methods)("is sent once more when there is something new to try: %s", async (method) => {
		await using server = openServer(takes("Bearer 2"));
		const authorizer = createFakeAuthorizer("Bearer 1", renewing("Bearer 2"));
		const { status } = await endpointOf(server.url, authorizer).request(requestOf(method));
		expect([status, authorizer.refusals]).toEqual([202, [{ status: 401, challenge, sent: "Bearer 1" }]]);
		expect(server.seen.map(({ text }) => text)).toEqual(Array(2).fill(requestOf(method).body ?? ""));
	});

	test("is sent once more as bytes, too", async () => {
		await using server = openServer(takes("Bearer 2"));
		const endpoint = endpointOf(server.url, createFakeAuthorizer(undefined, renewing("Bearer 2")));
		await endpoint.request({ ...post, body: new TextEncoder().encode('{"method":"POST"}') });
		expect(server.seen.map(({ text }) => text)).toEqual(['{"method":"POST"}', '{"method":"POST"}']);
	});

	test("is sent a third time when what another process had got is refused as well", async () => {
		await using server = openServer(takes("Bearer 3"));
		const next = ["Bearer 2", "Bearer 3"];
		const authorizer = createFakeAuthorizer("Bearer 1", (own) => renewing(next.shift() ?? "")(own));
		const { status } = await endpointOf(server.url, authorizer).request(post);
		expect([status, authorizer.refusals.map(({ sent }) => sent)]).toEqual([202, ["Bearer 1", "Bearer 2"]]);
	});

	test("is not sent a fourth time", async () => {
		await using server = openServer(unauthorized);
		const authorizer = createFakeAuthorizer("Bearer 1", renewing("Bearer 2"));
		const { status } = await endpointOf(server.url, authorizer).request(post);
		expect([status, server.seen.length]).toEqual([401, 3]);
	});

	test("names the group when the new token is refused, and somebody is needed for another one", async () => {
		await using server = openServer(unauthorized);
		const authorizer = createFakeAuthorizer("Bearer 1", (own) =>
			own.refusals.length === 1 ? renewing("Bearer 2")(own) : signInNeeded(own),
		);
		const endpoint = endpointOf(server.url, authorizer, { group: "jira" });
		expect(endpoint.signInTroubleOf(await endpoint.request(post))).toEqual({ kind: "needed", group: "jira" });
		expect(server.seen).toHaveLength(2);
	});

	test("is not sent again when there is nothing to try, and its answer can be read", async () => {
		await using server = openServer(refusal(401, "who are you"));
		const authorizer = createFakeAuthorizer("Bearer 1");
		const endpoint = endpointOf(server.url, authorizer);
		const response = await endpoint.request(post);
		expect([await response.text(), server.seen.length]).toEqual(["who are you", 1]);
		expect(authorizer.refusals).toEqual([{ status: 401, challenge: null, sent: "Bearer 1" }]);
		expect(endpoint.signInTroubleOf(response)).toBeUndefined();
	});

	test("names the group when somebody has to sign in", async () => {
		await using server = openServer(unauthorized);
		const endpoint = endpointOf(server.url, createFakeAuthorizer(undefined, signInNeeded), { group: "jira" });
		expect(endpoint.signInTroubleOf(await endpoint.request(post))).toEqual({ kind: "needed", group: "jira" });
	});

	test("names the group when that is found out at the second attempt", async () => {
		await using server = openServer(unauthorized);
		const authorizer = createFakeAuthorizer(undefined, (own) => {
			own.isSignInNeeded = true;
			return true;
		});
		const endpoint = endpointOf(server.url, authorizer, { group: "jira" });
		expect(endpoint.signInTroubleOf(await endpoint.request(post))).toEqual({ kind: "needed", group: "jira" });
	});

	test("tells why there is no token, when nobody is needed for one", async () => {
		await using server = openServer(unauthorized);
		const endpoint = endpointOf(server.url, createFakeAuthorizer("Bearer 1", failing("HTTP 500")));
		expect(endpoint.signInTroubleOf(await endpoint.request(post))).toEqual({
			kind: "failed",
			group: "remote",
			problem: "HTTP 500",
		});
	});

	const scope = 'Bearer error="insufficient_scope", scope="a b"';
	test.each([
		[403, scope, 1],
		[403, "Bearer scope=a, error=insufficient_scope", 1],
		[403, 'Bearer error="invalid_token"', 0],
		[403, undefined, 0],
		[400, 'Bearer error="insufficient_scope"', 0],
		[407, 'Bearer error="invalid_token"', 0],
		[500, undefined, 0],
	])("with %i and %p is told to the authorizer so many times: %i", async (status, header, times) => {
		await using server = openServer(refusal(status, "", header === undefined ? {} : { "WWW-Authenticate": header }));
		const authorizer = createFakeAuthorizer("Bearer 1", signInNeeded);
		const endpoint = endpointOf(server.url, authorizer);
		const response = await endpoint.request(post);
		expect([response.status, authorizer.refusals.length]).toEqual([status, times]);
		expect(endpoint.signInTroubleOf(response)).toEqual(times === 1 ? { kind: "needed", group: "remote" } : undefined);
	});

	test("ends with the signal's reason while the authorizer is at work", async () => {
		await using server = openServer(unauthorized);
		const abort = new AbortController();
		const authorizer = createFakeAuthorizer("Bearer 1", (_, given) => {
			abort.abort(new Error("not needed any more"));
			given.throwIfAborted();
			return true;
		});
		const requesting = endpointOf(server.url, authorizer).request({ ...post, signal: abort.signal });
		expect(await requesting.catch(String)).toBe("Error: not needed any more");
		expect(server.seen.length).toBe(1);
	});
});

describe("at another origin, where a redirect has led to,", () => {
	test("a request carries nothing, and its refusal is no matter of a sign-in", async () => {
		await using other = openServer(unauthorized);
		await using server = openServer(redirect(307, other.url));
		const authorizer = createFakeAuthorizer("Bearer 1", signInNeeded);
		const endpoint = endpointOf(server.url, authorizer);
		const response = await endpoint.request(post);
		expect(other.seen.map(({ headers }) => headers.get("authorization"))).toEqual([null]);
		expect([response.status, authorizer.refusals, endpoint.signInTroubleOf(response)]).toEqual([401, [], undefined]);
	});

	test("later requests carry nothing either", async () => {
		await using other = openServer(taken);
		await using server = openServer([redirect(307, other.url), silence]);
		const endpoint = endpointOf(server.url, createFakeAuthorizer("Bearer 1"));
		await endpoint.request(post);
		await endpoint.request(post);
		expect(other.seen.map(({ headers }) => headers.get("authorization"))).toEqual([null, null]);
	});

	test("nor does a redirect back get anything", async () => {
		await using server = openServer([(seen) => redirect(307, `${other.origin}/mcp`)(seen), taken]);
		await using other = openServer(redirect(307, `${server.origin}/back`));
		await endpointOf(server.url, createFakeAuthorizer("Bearer 1")).request(post);
		expect(server.seen.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer 1", null]);
	});

	test("within the server's own origin it stays signed", async () => {
		await using server = openServer([redirect(308, "/moved"), takes("Bearer 1")]);
		const { status } = await endpointOf(server.url, createFakeAuthorizer("Bearer 1")).request(post);
		expect([status, server.seen[1]?.path]).toEqual([202, "/moved"]);
	});
});
