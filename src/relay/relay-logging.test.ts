import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createRelaying } from "../../test/helpers/relaying.ts";

const able = { capabilities: { logging: {} } };

/** Two clients and a running server, group `fs`. */
async function createLogging() {
	const relaying = createRelaying({ fs: able });
	const { fs, connect } = relaying;
	await fs.start();
	const [ann, bob] = [await connect(), await connect()];
	const say = async (params: string) => {
		fs.send(`{"jsonrpc":"2.0","method":"notifications/message","params":${params}}`);
		await quiet();
	};
	return { ...relaying, ann, bob, say };
}

describe("a log message of a server", () => {
	test.each([
		['{"level":"info","data":"x"}', '{"logger":"fs","level":"info","data":"x"}'],
		[
			'{ "level" : "info", "data":[ 12345678901234567890 ] }',
			'{"logger":"fs", "level" : "info", "data":[ 12345678901234567890 ] }',
		],
		['{"level":"info","logger":"db","data":1.0}', '{"level":"info","logger":"fs/db","data":1.0}'],
		['{"logger":"a\\"b","level":"info"}', '{"logger":"fs/a\\"b","level":"info"}'],
		['{"logger":null,"level":"info"}', '{"logger":"fs","level":"info"}'],
		["{}", '{"logger":"fs"}'],
		["{ }", '{"logger":"fs" }'],
		['{"data":{"logger":"own"}}', '{"logger":"fs","data":{"logger":"own"}}'],
	])("names the group, and is otherwise as it was: %s", async (params, expected) => {
		const { ann, say } = await createLogging();
		await say(params);
		expect(ann.texts()).toEqual([`{"jsonrpc":"2.0","method":"notifications/message","params":${expected}}`]);
	});

	test.each(["[]", "[1]", "null", '"text"', "7", "true"])(
		"with nonsense for params is no nonsense for the client: %s",
		async (params) => {
			const { ann, say } = await createLogging();
			await say(params);
			expect(ann.texts().map((text) => typeof JSON.parse(text))).toEqual(["object"]);
		},
	);

	test("without params reaches the client as it is", async () => {
		const { ann, fs } = await createLogging();
		const text = '{"jsonrpc":"2.0","method":"notifications/message"}';
		fs.send(text);
		await quiet();
		expect(ann.texts()).toEqual([text]);
	});

	test("reaches each client from the level on that it has asked for", async () => {
		const { ann, bob, say } = await createLogging();
		await ann.ask("logging/setLevel", { level: "warning" });
		for (const level of ["debug", "notice", "warning", "error", "emergency"]) await say(`{"level":"${level}"}`);
		const levels = [ann, bob].map((each) => each.got("notifications/message").map(({ params }) => params?.["level"]));
		expect(levels).toEqual([
			["warning", "error", "emergency"],
			["debug", "notice", "warning", "error", "emergency"],
		]);
	});

	test.each(['{"level":"verbose"}', '{"level":7}', "{}"])("of no known level is for everybody: %s", async (params) => {
		const { ann, say } = await createLogging();
		await ann.ask("logging/setLevel", { level: "emergency" });
		await say(params);
		expect(ann.got("notifications/message").length).toBe(1);
	});

	test("reaches no client that has not shaken hands, or that is gone", async () => {
		const { ann, bob, say } = await createLogging();
		bob.session.version = "";
		await ann.close();
		await quiet();
		await say('{"level":"error"}');
		expect([ann, bob].map((each) => each.received())).toEqual([[], []]);
	});
});

describe("a level that a client sets", () => {
	const levels = (server: { got: (method: string) => { params?: Readonly<Record<string, unknown>> }[] }) =>
		server.got("logging/setLevel").map(({ params }) => params);

	test("is told to every running server with logging, and is answered at once", async () => {
		const { fs, git, db, connect } = createRelaying({
			fs: { ...able, answers: { "logging/setLevel": () => undefined } },
			git: {},
			db: able,
		});
		for (const server of [fs, git, db]) await server.start();
		const client = await connect();
		const reply = await client.ask("logging/setLevel", { level: "debug" });
		expect([reply?.result, levels(fs), levels(git), levels(db)]).toEqual([
			{},
			[{ level: "debug" }],
			[],
			[{ level: "debug" }],
		]);
	});

	test("is told to a server that starts later, when it has logging", async () => {
		const { fs, git, connect } = createRelaying({ fs: able, git: {} });
		const client = await connect();
		await client.ask("logging/setLevel", { level: "error" });
		for (const server of [fs, git]) await server.start();
		expect([levels(fs), levels(git)]).toEqual([[{ level: "error" }], []]);
	});

	test("is told to a server that starts later when it is the most talkative of all clients", async () => {
		const { fs, connect } = createRelaying({ fs: able });
		const clients = [await connect(), await connect(), await connect()];
		for (const [index, level] of ["error", "info", "critical"].entries()) {
			await clients[index]?.ask("logging/setLevel", { level });
		}
		await fs.start();
		expect(levels(fs)).toEqual([{ level: "info" }]);
	});

	test("takes nothing from another client that wants more", async () => {
		const { ann, bob, fs } = await createLogging();
		await ann.ask("logging/setLevel", { level: "debug" });
		await bob.ask("logging/setLevel", { level: "error" });
		expect(levels(fs).at(-1)).toEqual({ level: "debug" });
	});

	test("is nobody's when none has set any", async () => {
		const { fs } = await createLogging();
		expect(levels(fs)).toEqual([]);
	});

	test("that is none is refused, and told to nobody", async () => {
		const { ann, fs } = await createLogging();
		const reply = await ann.ask("logging/setLevel", { level: "loud" });
		expect([reply?.error, levels(fs)]).toMatchObject([{ code: -32602 }, []]);
	});
});
