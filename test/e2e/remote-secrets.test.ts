/** What a server at a URL was told in confidence is in no result and in no log, however it fails. */
import { expect, test } from "bun:test";

import { textOf } from "../helpers/messages.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";

const token = "s3cret-t0ken-of-mine";
const key = "s3cret-key-of-mine";
const secrets = [token, key, "p4ssw0rd-of-mine"];

/** What many a server does in its errors: it repeats what it was asked with. */
const echoed = `invalid token ${token} for /mcp?api_key=${key}`;
const json = { "content-type": "application/json" };

const faults: Record<string, Act> = {
	"401 with text": (request) => request.respond(401, echoed),
	"403 with JSON": (request) =>
		request.respond(403, JSON.stringify({ error: "denied", error_description: echoed }), json),
	"500 with a page": (request) => {
		request.respond(500, `<!DOCTYPE html><html><title>${echoed}</title><body>${echoed}</body></html>`);
	},
	"404 in a session": (request) => request.respond(404, echoed),
	"200 with text": (request) => request.respond(200, echoed, { "content-type": "text/plain" }),
	"a redirect to nowhere": (request) => request.respond(307, "", { location: `mailto:${token}@${key}` }),
	"a redirect to another origin": (request) => {
		request.respond(302, "", { location: `http://127.0.0.1:1/login?token=${token}&api_key=${key}` });
	},
	"a followed redirect to where nothing listens": (request) => {
		request.respond(307, "", { location: `http://127.0.0.1:1/login?token=${token}&api_key=${key}` });
	},
	"a body that cannot be unpacked": (request) => {
		request.respond(200, echoed, { ...json, "content-encoding": "gzip" });
	},
	"what is no HTTP": (request) => request.write(`SSH-2.0 ${echoed}\r\n\r\n`),
	"a connection that is cut": (request) => request.cut(),
	"an event that is no message": async (request) => {
		request.stream();
		await request.event(echoed);
		request.end();
	},
	"429 with a time": (request) => request.respond(429, echoed, { "retry-after": "3600" }),
};

function startWatched({ origin }: ScriptedServer): Promise<RemoteProxy> {
	const url = `${origin.replace("//", "//user:p4ssw0rd-of-mine@")}/mcp?api_key=${key}`;
	const entry = { type: "http", headers: { Authorization: `Bearer ${token}` } };
	return startProxyOf({ url }, entry, { args: (config) => ["--log-level", "debug", config] });
}

const found = (text: string) => secrets.filter((secret) => text.includes(secret));

test.concurrent.each(Object.keys(faults))("%s in answer to a call", async (name) => {
	await using server = await startScripted({ tools: { work: faults[name]! } });
	await using proxy = await startWatched(server);
	const text = textOf(await proxy.call("work"));
	// It was at work, and was told what it needs to know.
	const [call] = server.of("work");
	expect([call?.headers.get("authorization"), call?.target]).toEqual([`Bearer ${token}`, `/mcp?api_key=${key}`]);
	expect({ text, secrets: found(text) }).toEqual({ text, secrets: [] });
	await proxy.end();
	expect(proxy.stderrText()).toContain('group "remote"');
	expect(found(proxy.stderrText())).toEqual([]);
});

test.concurrent.each(Object.keys(faults))("%s in answer to initialize", async (name) => {
	await using server = await startScripted({ on: { initialize: faults[name]! } });
	await using proxy = await startWatched(server);
	const texts = [
		textOf(await proxy.call("work")),
		textOf(await proxy.discover()),
		textOf(await proxy.discover("remote")),
	];
	expect(server.of("initialize").length).toBeGreaterThan(0);
	expect({ texts, secrets: found(texts.join("\n")) }).toEqual({ texts, secrets: [] });
	await proxy.end();
	expect(found(proxy.stderrText())).toEqual([]);
});

test.concurrent.each(["notifications/initialized", "GET", "DELETE"])("a refusal of %s", async (label) => {
	const refuse: Act = (request) => request.respond(503, echoed);
	await using server = await startScripted({ on: { [label]: refuse } });
	await using proxy = await startWatched(server);
	expect(textOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	if (label !== "DELETE") await server.reach(label);
	await proxy.end();
	await server.reach(label);
	expect(proxy.stderrText()).toContain('group "remote"');
	expect(found(proxy.stderrText())).toEqual([]);
});
