/** A sign-in that a person, a browser or somebody else spoils: the model is told, nothing is changed, and the next one works. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { addressIn, keptSignInOf } from "../helpers/kept-sign-in.ts";
import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { type SignedMcp, startSignedMcp, withBrowser } from "../helpers/signed-mcp.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const file = { settings: { tokenStore: "file" } };

/** The server's own page sends the browser back with these fields, and with the state that was asked for. */
function sendBack(server: SignedMcp, fields: Record<string, string>): void {
	server.on["/authorize"] = ({ query }) => {
		const back = new URL(query.get("redirect_uri") ?? "");
		const all = { state: query.get("state") ?? "", iss: server.origin, ...fields };
		for (const [name, value] of Object.entries(all)) back.searchParams.set(name, value);
		return new Response("", { status: 302, headers: { location: back.href } });
	};
}

const parameterOf = (address: string, name: string) => new URL(address).searchParams.get(name) ?? "";
const waitingNotes = (names: string[]) => names.filter((name) => name.endsWith(".waiting.json"));

/** Whether something still takes requests at the address. */
const isListening = (address: string) =>
	fetch(address).then(
		() => true,
		() => false,
	);

test.concurrent("a person who says no: the call that waits says so, and the next one begins again", async () => {
	await using server = await startSignedMcp();
	sendBack(server, { error: "access_denied", error_description: "not today" });
	await using proxy = await startProxyOf(server, {}, { ...file, env: withBrowser() });
	expect(errorTextOf(await proxy.call("work"))).toBe(
		`Group "remote" needs a sign-in: the sign-in at ${server.origin}/ was denied. Call again to start another one.`,
	);
	expect([server.of("/token"), waitingNotes(keptSignInOf(proxy).files())]).toEqual([[], []]);
	delete server.on["/authorize"];
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expect(server.of("/authorize")).toHaveLength(2);
});

test.concurrent("a person who says no at the address in the answer is shown so, and can begin again", async () => {
	await using server = await startSignedMcp();
	sendBack(server, { error: "access_denied" });
	await using proxy = await startProxyOf(server, {}, file);
	const first = addressIn(await proxy.call("work"));
	const page = await fetch(first);
	expect([page.status, await page.text()]).toEqual([403, expect.stringContaining("Not signed in to remote")]);
	delete server.on["/authorize"];
	const second = addressIn(await proxy.call("work"));
	expect(parameterOf(second, "state")).not.toBe(parameterOf(first, "state"));
	expect((await fetch(second)).status).toBe(200);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
});

/** What comes to the port that belongs to no sign-in, and what it is told. */
const strays: [string, number, (callback: string, state: string) => Promise<Response>][] = [
	["a wrong state", 400, (callback) => fetch(`${callback}?code=theirs&state=wrong`)],
	["a denial with a wrong state", 400, (callback) => fetch(`${callback}?error=access_denied&state=wrong`)],
	["no state", 400, (callback) => fetch(`${callback}?code=theirs`)],
	["two states", 400, (callback, state) => fetch(`${callback}?code=theirs&state=wrong&state=${state}`)],
	["nothing", 400, (callback) => fetch(callback)],
	["the favicon", 404, (callback) => fetch(new URL("/favicon.ico", callback))],
	["another path", 404, (callback, state) => fetch(`${new URL("/", callback).href}?code=theirs&state=${state}`)],
	["a POST", 405, (callback, state) => fetch(`${callback}?code=theirs&state=${state}`, { method: "POST" })],
	[
		"another name of this machine",
		421,
		(callback, state) => fetch(`${callback}?code=theirs&state=${state}`, { headers: { host: "evil.example" } }),
	],
];

test.concurrent("stray requests are refused and change nothing, and the right one still works after them", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, file);
	const address = addressIn(await proxy.call("work"));
	const before = keptSignInOf(proxy).files();
	const told: [string, number][] = [];
	for (const [name, , send] of strays) {
		const response = await send(parameterOf(address, "redirect_uri"), parameterOf(address, "state"));
		told.push([name, response.status]);
	}
	expect(told).toEqual(strays.map(([name, status]) => [name, status]));
	expect([server.of("/token"), keptSignInOf(proxy).files()]).toEqual([[], before]);
	expect((await fetch(address)).status).toBe(200);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expect(server.of("/token").map(({ form }) => form.get("code"))).not.toContain("theirs");
});

test.concurrent("a way back from another authorization server is not believed, and gets no code", async () => {
	await using server = await startSignedMcp();
	sendBack(server, { iss: "https://evil.example", code: "theirs" });
	await using proxy = await startProxyOf(server, {}, { ...file, env: withBrowser() });
	const answer = errorTextOf(await proxy.call("work"));
	expect(answer).toContain(`the way back is not from ${server.origin}/, but from another authorization server`);
	expect(server.of("/token")).toEqual([]);
	delete server.on["/authorize"];
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
});

test.concurrent("while nobody signs in other calls are answered, and the end waits for nobody", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, { ...file, servers: { echo: fixture("echo") } });
	const kept = keptSignInOf(proxy);
	const address = addressIn(await proxy.call("work"));
	// Who knows the address by now waits for the person.
	const held = proxy.call("work").catch(() => undefined);
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "here" }))).toBe("here");
	expect(textOf(await proxy.discover())).toContain("- remote (needs a sign-in");
	expect(waitingNotes(kept.files())).toHaveLength(1);
	expect(await isListening(parameterOf(address, "redirect_uri"))).toBe(true);

	expect(await proxy.end()).toBeLessThan(promptMs);
	await held;
	expect(waitingNotes(kept.files())).toEqual([]);
	expect(await isListening(parameterOf(address, "redirect_uri"))).toBe(false);
});

test.concurrent("a call that waits for the person can be called off, and the sign-in goes on", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startProxyOf(server, {}, file);
	const address = addressIn(await proxy.call("work"));
	const params = { name: "call_dynamic_tool", arguments: { group: "remote", name: "work" } };
	await proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id: "held", method: "tools/call", params })}\n`);
	await proxy.notify("notifications/cancelled", { requestId: "held" });
	expect((await fetch(address)).status).toBe(200);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	await proxy.end();
	expect([server.calls.length, proxy.messages().filter(({ id }) => id === "held")]).toEqual([1, []]);
});

test.concurrent(
	"of two programs the second shows the first one's address, and goes on alone when that has ended",
	async () => {
		await using server = await startSignedMcp();
		await using folder = openTempDir();
		const options = { ...file, home: folder.path };
		await using first = await startProxyOf(server, {}, options);
		await using second = await startProxyOf(server, {}, options);
		const address = addressIn(await first.call("work"));
		expect(addressIn(await second.call("work"))).toBe(address);
		await first.end();
		// Whoever waited learns of it, a moment later.
		const next = await eventually(
			() => second.call("work"),
			(reply) => textOf(reply).includes("nobody has signed in yet"),
		);
		expect(textOf(next)).not.toContain(address);
		expect((await fetch(addressIn(next))).status).toBe(200);
		expect(goodTextOf(await second.call("work"))).toBe("done");
	},
);

test.concurrent(
	"a server that refuses the token of a sign-in that has just been done opens no second page",
	async () => {
		await using server = await startSignedMcp();
		const challenge = `Bearer resource_metadata="${server.origin}/.well-known/oauth-protected-resource/mcp"`;
		server.on["/mcp"] = () => new Response("", { status: 401, headers: { "www-authenticate": challenge } });
		await using proxy = await startProxyOf(server, {}, { ...file, env: withBrowser() });
		for (let call = 0; call < 3; call++) {
			expect(errorTextOf(await proxy.call("work"))).toContain("the server refuses the token that it was just given");
		}
		expect(server.of("/authorize")).toHaveLength(1);
	},
);
