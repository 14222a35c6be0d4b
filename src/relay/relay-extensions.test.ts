import { describe, expect, test } from "bun:test";

import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createRelaying, type Plan } from "../../test/helpers/relaying.ts";

const ui = "io.modelcontextprotocol/ui";
const own = "com.example/own";

/** A server with these extensions that answers what is asked of them. */
function planOf(name: string, ...extensions: string[]): Plan {
	const answer = ({ params }: Wire) => ({ result: { by: name, params } });
	return {
		capabilities: extending(...extensions),
		answers: { "ui/open": answer, "own/go": answer, "other/go": answer },
	};
}

const extending = (...names: string[]) => ({ extensions: Object.fromEntries(names.map((name) => [name, {}])) });
const notFound = (method: string) => ({ code: -32601, message: `Method not found: ${method}` });

/** Running servers, and a client with these extensions. */
async function createExtended(plans: Record<"fs" | "git", Plan>, ...extensions: string[]) {
	const relaying = createRelaying(plans);
	const { fs, git, connect } = relaying;
	for (const server of [fs, git]) await server.start();
	const client = await connect(extending(...extensions));
	const by = async (method: string, params: object = {}) => {
		const reply = await client.ask(method, params);
		return (reply?.result as { by: string } | undefined)?.by ?? reply?.error;
	};
	return { ...relaying, client, by };
}

describe("a method of an extension is sent on", () => {
	test("to the group that has the extension of its name, in the client's words", async () => {
		const { client } = await createExtended({ fs: planOf("fs", own), git: planOf("git", ui) }, own, ui);
		const params = { group: "mine", name: "x", n: [] };
		expect((await client.ask("ui/open", params))?.result).toEqual({ by: "git", params });
	});

	test("whatever its name, to the only group that shares any", async () => {
		const { by } = await createExtended({ fs: planOf("fs"), git: planOf("git", own) }, own, ui);
		expect(await by("other/go")).toBe("git");
	});

	test("to the first of the groups that have the extension of its name", async () => {
		const { by } = await createExtended({ fs: planOf("fs", own, ui), git: planOf("git", ui) }, own, ui);
		expect([await by("ui/open"), await by("own/go")]).toEqual(["fs", "fs"]);
	});

	test("to the group that the client names in _meta", async () => {
		const { by } = await createExtended({ fs: planOf("fs", ui), git: planOf("git", ui) }, ui);
		expect(await by("ui/open", { _meta: { "dynamic-mcp/group": "git" } })).toBe("git");
	});

	test("to a group that is not running, and is known to have the extension", async () => {
		const plan = planOf("fs", ui);
		const { fs, connect } = createRelaying({ fs: { ...plan, known: { capabilities: extending(ui) } } });
		const client = await connect(extending(ui));
		expect([(await client.ask("ui/open"))?.result, fs.starts()]).toEqual([{ by: "fs" }, 1]);
	});
});

describe("a method that is nobody's is refused, and no server hears of it:", () => {
	test.each<[string, string[], string[], object]>([
		["the client has no extension", [ui], [], {}],
		["no server has one", [], [ui], {}],
		["they have different ones", [own], [ui], {}],
		["the group that the client names has none", [], [ui], { _meta: { "dynamic-mcp/group": "git" } }],
	])("%s", async (_, servers, clients, params) => {
		const { fs, git, by } = await createExtended({ fs: planOf("fs", ...servers), git: planOf("git") }, ...clients);
		const answer = await by("ui/open", params);
		expect([answer, fs.got("ui/open"), git.got("ui/open")]).toEqual([notFound("ui/open"), [], []]);
	});

	test("its name speaks of no extension that several groups could mean", async () => {
		const { by } = await createExtended({ fs: planOf("fs", own), git: planOf("git", ui) }, own, ui);
		expect(await by("other/go")).toEqual(notFound("other/go"));
	});

	test("a group whose extension nobody knows yet is not started for it", async () => {
		const { fs, connect } = createRelaying({ fs: planOf("fs", ui) });
		const client = await connect(extending(ui));
		expect([(await client.ask("ui/open"))?.error, fs.starts()]).toEqual([notFound("ui/open"), 0]);
	});
});

describe("a server's method of an extension", () => {
	test("reaches a client that shares one", async () => {
		const { fs, client } = await createExtended({ fs: planOf("fs", ui), git: planOf("git") }, ui);
		fs.send({ id: "s", method: "ui/ask", params: { n: 1 } });
		await quiet();
		client.send({ id: 1, result: "yes" });
		await quiet();
		expect([client.received(), fs.answers().at(-1)?.result]).toEqual([
			[{ jsonrpc: "2.0", id: 1, method: "ui/ask", params: { n: 1 } }],
			"yes",
		]);
	});

	test("reaches no client that shares none", async () => {
		const { fs, git, client } = await createExtended({ fs: planOf("fs", own), git: planOf("git") }, ui);
		for (const server of [fs, git]) server.send({ id: "s", method: "ui/ask" });
		await quiet();
		const errors = [fs, git].map((server) => server.answers().at(-1)?.error);
		expect([client.received(), errors]).toEqual([[], [notFound("ui/ask"), notFound("ui/ask")]]);
	});
});

describe("a notification that we do not know passes, in its sender's words,", () => {
	const text = '{"jsonrpc":"2.0", "method":"ui/told","params":{"n":12345678901234567890}}';

	test("from a server to the clients that share an extension with it, and to no other", async () => {
		const { fs, git, client, connect } = await createExtended({ fs: planOf("fs", ui), git: planOf("git") }, ui);
		const other = await connect(extending(own));
		for (const server of [fs, git]) server.send(text);
		await quiet();
		expect([client.texts(), other.texts()]).toEqual([[text], []]);
	});

	test("from a client to the running servers that share an extension with it, and to no other", async () => {
		const { fs, git, client, connect } = await createExtended({ fs: planOf("fs", ui), git: planOf("git") }, ui);
		const other = await connect(extending(own));
		for (const each of [client, other]) each.send(text);
		await quiet();
		expect([fs, git].map((server) => server.texts().filter((sent) => sent === text).length)).toEqual([1, 0]);
	});
});

describe("what the client's roots have become", () => {
	const changed = { method: "notifications/roots/list_changed" };

	test("is told to the running servers, and starts none", async () => {
		const { fs, git, connect } = createRelaying({ fs: {}, git: {} });
		await fs.start();
		const client = await connect({ roots: { listChanged: true } });
		client.send(changed);
		await quiet();
		expect([fs.got(changed.method), git.starts()]).toEqual([[{ jsonrpc: "2.0", ...changed }], 0]);
	});

	test("is told to nobody when it has no roots, or is about something of its own", async () => {
		const { fs, connect } = createRelaying({ fs: {} });
		await fs.start();
		const before = fs.texts().length;
		const [rootless, able] = [await connect({ sampling: {} }), await connect({ roots: {} })];
		rootless.send(changed);
		for (const method of ["notifications/initialized", "notifications/progress", "notifications/x"])
			able.send({ method });
		await quiet();
		expect(fs.texts().slice(before)).toEqual([]);
	});
});

describe("the handshake names to the client", () => {
	test("the extensions that it has, and that a group is known to have", async () => {
		const known = { capabilities: { extensions: { [ui]: { version: 1 }, [own]: {} } } };
		const { connect } = createRelaying({ fs: { known }, git: {} });
		const { greeting } = await connect(extending(ui, "x/none"));
		expect(greeting?.result).toMatchObject({ capabilities: { extensions: { [ui]: { version: 1 } } } });
		expect(JSON.stringify(greeting)).not.toContain(own);
	});

	test("none when it has none", async () => {
		const { connect } = createRelaying({ fs: { known: { capabilities: extending(ui) } } });
		const { greeting } = await connect();
		expect(greeting?.result).toMatchObject({ capabilities: { tools: {} } });
		expect(greeting?.result).not.toHaveProperty("capabilities.extensions");
	});
});

test("what a client can do is told to those who start servers, as it was written", async () => {
	const told: string[] = [];
	const { relay } = createRelaying({ fs: {} }, { onInitialized: (capabilities) => void told.push(capabilities) });
	for (const params of ['{"capabilities":{ "roots" : {"n":12345678901234567890} }}', '{"capabilities":[]}', "{}"]) {
		const pair = joinChannels();
		relay.serve(pair.right.open);
		openMemoryPeer(pair, "left").send(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":${params}}`);
		await quiet();
	}
	expect(told).toEqual(['{ "roots" : {"n":12345678901234567890} }', "{}", "{}"]);
});
