/** Eight processes share one sign-in at a real authorization server, whose refresh tokens are good for once. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { type Message, textOf } from "../helpers/messages.ts";
import { openFilesOf } from "../helpers/processes.ts";
import type { Proxy } from "../helpers/proxy.ts";
import { type RealServers, startRealServers } from "../helpers/real-authorization-server.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { withBrowser } from "../helpers/signed-mcp.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const lifeS = 2;
/** Of tokens that are not to be renewed any more. */
const longS = 600;
const processes = 8;
const all = <T>(value: T, count = processes) => Array<T>(count).fill(value);

interface Processes extends AsyncDisposable {
	readonly proxies: readonly Proxy[];
}

/** All of them belong to the same person, and each is the first to call: one signs in for all. */
async function startSignedIn(server: RealServers): Promise<Processes> {
	const stack = new AsyncDisposableStack();
	try {
		const home = stack.use(openTempDir()).path;
		const options = { home, settings: { tokenStore: "file" }, env: withBrowser() };
		const starts = all(undefined).map(async () => stack.use(await startProxyOf(server, {}, options)));
		await Promise.allSettled(starts);
		const proxies = await Promise.all(starts);
		expect(await workOfAll(proxies)).toEqual(all("done"));
		return { proxies, [Symbol.asyncDispose]: () => stack.disposeAsync() };
	} catch (error) {
		await stack.disposeAsync();
		throw error;
	}
}

const request = (proxy: Proxy): Promise<Message> => proxy.request("tools/call", callOfWork, { withinMs: 15_000 });
const callOfWork = { name: "call_dynamic_tool", arguments: { group: "remote", name: "work" } };
const work = async (proxy: Proxy) => textOf(await request(proxy));
const workOfAll = (proxies: readonly Proxy[]) => Promise.all(proxies.map(work));

/** Nobody calls until the token has ended; the next one is there to stay. */
async function idlePastTheEnd(server: RealServers): Promise<void> {
	server.setLife(longS);
	await eventually(server.isLastTokenGood, (isGood) => !isGood);
}

/** What became of a sign-in that was never lost, after so many renewals. */
const unbroken = (renewals: number) => ({
	registrations: 1,
	authorizations: 1,
	signIns: 1,
	renewals,
	accessTokens: 1 + renewals,
	refusals: [],
	ended: 0,
});

test("half an hour in miniature: each token is renewed once, by whichever is first, and every call is carried out", async () => {
	await using server = await startRealServers(lifeS);
	const start = performance.now();
	await using eight = await startSignedIn(server);
	const answers = all("done");
	await Promise.all(
		eight.proxies.map(async (proxy) => {
			while (server.tally.renewals < 16) answers.push(await work(proxy));
		}),
	);
	answers.push(...(await workOfAll(eight.proxies)));
	const mostRenewals = (performance.now() - start) / ((lifeS * 1000) / 2);

	const { renewals } = server.tally;
	expect(answers.filter((answer) => answer !== "done")).toEqual([]);
	expect(server.calls()).toBe(answers.length);
	expect(server.tally).toEqual(unbroken(renewals));
	expect(new Set(server.presented).size).toBe(renewals);
	expect(server.presented).toHaveLength(renewals);
	expect(renewals).toBeLessThanOrEqual(mostRenewals);
}, 60_000);

test("of eight that call at the same moment, long after the token's end, one renews it", async () => {
	await using server = await startRealServers(lifeS);
	await using eight = await startSignedIn(server);
	const { renewals } = server.tally;
	await idlePastTheEnd(server);
	expect(await workOfAll(eight.proxies)).toEqual(all("done"));
	expect(server.tally).toEqual(unbroken(renewals + 1));
});

/** One of the eight has asked for new tokens, the others wait for it, and it is killed. */
async function killOneThatRenews(server: RealServers, { proxies }: Processes, when: "unread" | "answered") {
	const [doomed, ...others] = proxies;
	if (doomed === undefined) throw new Error("there is none");
	const held = server.holdNext(when);
	const lost = request(doomed).catch((error: unknown) => error);
	const { drop } = await held;
	const answers = workOfAll(others);
	await eventually(
		() => others.filter(({ pid }) => openFilesOf(pid).some((path) => path.endsWith(".refresh.lock"))).length,
		(waiting) => waiting === others.length,
	);
	doomed.signal("SIGKILL");
	expect((await doomed.exited).signal).toBe("SIGKILL");
	drop();
	expect(String(await lost)).toContain("no reply to tools/call before it ended");
	return answers;
}

test("when the one that renews is killed before it was heard, the next one renews, and nobody has to sign in", async () => {
	await using server = await startRealServers(lifeS);
	await using eight = await startSignedIn(server);
	const { renewals } = server.tally;
	await idlePastTheEnd(server);
	expect(await killOneThatRenews(server, eight, "unread")).toEqual(all("done", processes - 1));
	expect(server.tally).toEqual(unbroken(renewals + 1));
});

test("when the new tokens are lost with the one that was killed, one sign-in brings back all others", async () => {
	await using server = await startRealServers(lifeS);
	await using eight = await startSignedIn(server);
	const { renewals } = server.tally;
	await idlePastTheEnd(server);
	expect(await killOneThatRenews(server, eight, "answered")).toEqual(all("done", processes - 1));
	expect(server.tally).toEqual({
		...unbroken(renewals + 1),
		// The way back has another port than the first time.
		registrations: 2,
		authorizations: 2,
		signIns: 2,
		accessTokens: renewals + 3,
		// The old refresh token, once more, is all that the next one had.
		refusals: ["invalid_grant"],
		ended: 1,
	});
});
