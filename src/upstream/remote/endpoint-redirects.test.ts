import { describe, expect, test } from "bun:test";

import { specOf } from "../../../test/helpers/driven-channel.ts";
import {
	type Act,
	events,
	type LocalServer,
	openLocalServer,
	redirect,
	refusal,
	taken,
} from "../../../test/helpers/local-server.ts";
import { createEndpoint, type EndpointRequest } from "./endpoint.ts";

const { signal } = new AbortController();
const get: EndpointRequest = { method: "GET", headers: {}, signal };
const post: EndpointRequest = { method: "POST", headers: { "X-Own": "yes" }, body: '{"method":"m"}', signal };
const headers = { Authorization: "Bearer t" };

const endpointOf = ({ url }: LocalServer) => createEndpoint(specOf(url, { headers }));

/** Redirects whatever comes to `/mcp`. */
const fromMcp =
	(status: number, location: string, otherwise: Act = taken): Act =>
	(seen) =>
		(seen.path === "/mcp" ? redirect(status, location) : otherwise)(seen);

const failureOf = (promise: Promise<unknown>) =>
	promise.then(
		() => "no failure",
		(error: unknown) => error,
	);

describe("within the own origin", () => {
	test.each([301, 302, 307, 308])("%i takes method, body and headers along", async (status) => {
		await using server = openLocalServer({ m: fromMcp(status, "/mcp/?a=b") });
		expect((await endpointOf(server).request(post)).status).toBe(202);
		const seen = server.seen.map(({ what, path, text, headers }) => [
			what,
			path,
			text,
			headers.get("authorization"),
			headers.get("x-own"),
		]);
		expect(seen).toEqual([
			["m", "/mcp", post.body as string, "Bearer t", "yes"],
			["m", "/mcp/?a=b", post.body as string, "Bearer t", "yes"],
		]);
	});

	test.each([301, 302, 303, 307, 308])("%i takes a GET along", async (status) => {
		await using server = openLocalServer({ GET: fromMcp(status, "stream", events()) });
		expect((await endpointOf(server).request(get)).status).toBe(200);
		expect(server.seen.map(({ path }) => path)).toEqual(["/mcp", "/stream"]);
	});

	test("the new address is remembered", async () => {
		await using server = openLocalServer({ m: fromMcp(307, "/new") });
		const endpoint = endpointOf(server);
		await endpoint.request(post);
		await endpoint.request(post);
		const paths = server.seen.map(({ path }) => path);
		expect({ paths, url: endpoint.url, isOwn: endpoint.isOwn(endpoint.url) }).toEqual({
			paths: ["/mcp", "/new", "/new"],
			url: `${server.origin}/new`,
			isOwn: true,
		});
	});

	test("one that leads to a refusal is not", async () => {
		await using server = openLocalServer({ m: fromMcp(307, "/new", refusal(503)) });
		const endpoint = endpointOf(server);
		await endpoint.request(post);
		expect(endpoint.url).toBe(server.url);
	});

	test("nor one of a request to an address of its own", async () => {
		const moved: Act = (seen) => (seen.path === "/messages" ? redirect(307, "/new")(seen) : taken());
		await using server = openLocalServer({ m: moved });
		const endpoint = endpointOf(server);
		await endpoint.request({ ...post, url: `${server.origin}/messages` });
		expect([server.seen.map(({ path }) => path), endpoint.url]).toEqual([["/messages", "/new"], server.url]);
	});

	test("a page that is shown to whoever asks by GET is not taken for the place of the server", async () => {
		const page = refusal(200, "<html>", { "Content-Type": "text/html" });
		await using server = openLocalServer({ GET: fromMcp(302, "/docs", page) });
		const endpoint = endpointOf(server);
		await endpoint.request(get);
		await endpoint.request(post);
		expect(server.seen.map(({ path }) => path)).toEqual(["/mcp", "/docs", "/mcp"]);
	});
});

describe("to another origin", () => {
	test.each([307, 308])("%i takes method and body along, but not the headers of the config", async (status) => {
		await using other = openLocalServer();
		await using server = openLocalServer({ m: redirect(status, other.url) });
		const endpoint = endpointOf(server);
		await endpoint.request(post);
		await endpoint.request(post);
		const seen = other.seen.map(({ text, headers }) => [text, headers.get("authorization"), headers.get("x-own")]);
		expect({ seen, isOwn: endpoint.isOwn(endpoint.url), asked: server.seen.length }).toEqual({
			seen: [1, 2].map(() => [post.body as string, null, "yes"]),
			isOwn: false,
			asked: 1,
		});
	});

	test("who we are goes along, in our own words", async () => {
		await using other = openLocalServer();
		await using server = openLocalServer({ m: redirect(307, other.url) });
		await createEndpoint(specOf(server.url, { headers: { "User-Agent": "theirs" } })).request(post);
		const agents = [server, other].map(({ seen }) => seen[0]?.headers.get("user-agent"));
		expect(agents).toEqual(["theirs", "dynamic-mcp/2.0.0"]);
	});

	test("a GET loses the headers of the config, there and for the rest of its way", async () => {
		const home = Promise.withResolvers<string>();
		const lead: Act = async (seen) => redirect(302, seen.path === "/mcp" ? "/next" : await home.promise)(seen);
		await using other = openLocalServer({ GET: lead });
		await using server = openLocalServer({ GET: fromMcp(302, other.url, events()) });
		home.resolve(`${server.origin}/home`);
		await endpointOf(server).request(get);
		const seen = [server, other].flatMap((each) =>
			each.seen.map(({ path, headers }) => [path, headers.get("authorization")]),
		);
		expect(seen).toEqual([
			["/mcp", "Bearer t"],
			["/home", null],
			["/mcp", null],
			["/next", null],
		]);
	});

	test.each([301, 302])("%i of a POST is an error that names the place", async (status) => {
		await using other = openLocalServer();
		await using server = openLocalServer({ m: redirect(status, `${other.url}?key=1`) });
		expect(await failureOf(endpointOf(server).request(post))).toMatchObject({
			message: `HTTP ${status}: it redirects to ${other.url}; if that is the right place, make it the url in the config`,
			facts: { remedy: "change", status },
		});
		expect(other.seen).toEqual([]);
	});
});

describe("an error is", () => {
	test("303 of a POST: what it leads to is a page about it", async () => {
		await using server = openLocalServer({ m: redirect(303, "/new") });
		expect(await failureOf(endpointOf(server).request(post))).toMatchObject({
			message: `HTTP 303: it redirects to ${server.origin}/new; if that is the right place, make it the url in the config`,
			facts: { remedy: "change", status: 303 },
		});
	});

	test("a redirect without end", async () => {
		await using server = openLocalServer({ m: redirect(307, "/mcp") });
		expect(await failureOf(endpointOf(server).request(post))).toMatchObject({
			message: "it redirects without end",
			facts: { remedy: "change" },
		});
		expect(server.seen.length).toBe(11);
	});

	test.each(["ftp://x/y", "javascript:void", "http://"])("a redirect to what is no http address: %s", async (place) => {
		await using server = openLocalServer({ m: redirect(307, place) });
		expect(await failureOf(endpointOf(server).request(post))).toMatchObject({
			message: `it redirects to "${place}", which is no http address`,
			facts: { remedy: "change" },
		});
	});
});

test.each([300, 304, 307])("%i without an address is an answer like any other", async (status) => {
	await using server = openLocalServer({ m: refusal(status) });
	expect((await endpointOf(server).request(post)).status).toBe(status);
});
