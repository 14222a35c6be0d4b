import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { anyJsonText, anyObjectText } from "../../test/helpers/json-texts.ts";
import { quiet } from "../../test/helpers/memory-channel.ts";
import { type Client, createRelaying, echoTool } from "../../test/helpers/relaying.ts";

const runs = { numRuns: 60 };
const extensions = { "x/own": {} };

/** A client that can do everything, and a running server that answers nothing but its lists. */
async function createBare() {
	const { fs, connect } = createRelaying({
		fs: {
			tools: [echoTool],
			resources: [{ uri: "x:a" }],
			prompts: [{ name: "p" }],
			capabilities: { extensions, tasks: {} },
			answers: { "resources/subscribe": ({ params }) => (params?.["isReal"] === true ? { result: {} } : undefined) },
		},
	});
	await fs.start();
	const client = await connect({ sampling: {}, elicitation: {}, roots: {}, tasks: {}, extensions });
	return { fs, client };
}

/** Sends a text, and returns what arrives for it on the other side. */
async function carry(from: { send: (text: string) => void }, to: { texts: () => readonly string[] }, text: string) {
	const before = to.texts().length;
	from.send(text);
	await quiet();
	return to.texts().slice(before);
}

const ids = fc.oneof(fc.integer(), fc.constantFrom("0", '"a"', '"\\u0061"', '""', '"😀"'), fc.constant(0)).map(String);

/** Members to go behind others, each with a comma before it. */
const members = fc
	.array(fc.tuple(fc.constantFrom("arguments", "more", "id", "n", "é", "progressToken", "result"), anyJsonText), {
		maxLength: 4,
	})
	.map((pairs) => pairs.map(([key, value]) => `,"${key}":${value}`).join(""));

/** A reply as a function of its id: with the envelope as servers write it, and as they might. */
const replies = fc
	.tuple(
		anyJsonText,
		anyJsonText,
		fc.string().map((text) => JSON.stringify(text)),
		fc.integer(),
		fc.boolean(),
	)
	.chain(([value, other, message, code, isError]) => {
		const said = isError ? `"error":{"code":${code},"message":${message},"data":${value}}` : `"result":${value}`;
		return fc.constantFrom(
			(id: string) => `{"jsonrpc":"2.0","id":${id},${said}}`,
			(id: string) => `{${said},"jsonrpc":"2.0","id":${id}}`,
			(id: string) => `{ "jsonrpc":"2.0", ${said} , "id" : ${id} , "more":${other}}`,
		);
	});

describe("property: but for ids nothing is changed in", () => {
	/** What is asked of a server, without the members that follow. */
	const asked: [string, string][] = [
		["resources/read", '{"uri":"x:a"'],
		["resources/subscribe", '{"uri":"x:a"'],
		["prompts/get", '{"name":"p"'],
		["completion/complete", '{"ref":{"type":"ref/prompt","name":"p"}'],
		["own/go", '{"x":1'],
	];

	test.each(asked)("a request of a client's, and its reply: %s", async (method, head) => {
		await fc.assert(
			fc.asyncProperty(ids, members, replies, async (id, more, reply) => {
				const { fs, client } = await createBare();
				const params = `${head}${more}}`;
				const sent = await carry(client, fs, `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
				const own = String(fs.got(method).at(-1)?.id);
				const got = await carry(fs, client, reply(own));
				expect([sent, got]).toEqual([
					[`{"jsonrpc":"2.0","id":${own},"method":"${method}","params":${params}}`],
					[reply(JSON.stringify(JSON.parse(id)))],
				]);
			}),
			runs,
		);
	});

	test("a call, and its reply", async () => {
		await fc.assert(
			fc.asyncProperty(ids, anyObjectText, fc.option(anyObjectText), replies, async (id, task, meta, reply) => {
				const { fs, client } = await createBare();
				const args = `{"first":1,"then":${task}}`;
				const rest = `,"task":${task}${meta === null ? "" : `,"_meta":${meta}`}`;
				const call = `"arguments":{"group":"fs","name":"echo","args":${args}}`;
				const head = `{"jsonrpc":"2.0","id":${id},"method":"tools/call"`;
				const sent = await carry(client, fs, `${head},"params":{"name":"call_dynamic_tool",${call}${rest}}}`);
				const own = String(fs.got("tools/call").at(-1)?.id);
				const got = await carry(fs, client, reply(own));
				// A token in `_meta` is replaced; that is tested elsewhere.
				fc.pre(meta === null || !meta.includes("progressToken"));
				expect([sent, got]).toEqual([
					[`{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"name":"echo","arguments":${args}${rest}}}`],
					[reply(JSON.stringify(JSON.parse(id)))],
				]);
			}),
			runs,
		);
	});

	test.each(["sampling/createMessage", "elicitation/create", "roots/list", "tasks/get", "own/ask"])(
		"a request of a server's, and its reply: %s",
		async (method) => {
			await fc.assert(
				fc.asyncProperty(ids, fc.option(anyObjectText), replies, async (id, params, reply) => {
					const { fs, client } = await createBare();
					const rest = `"method":"${method}"${params === null ? "" : `,"params":${params}`}}`;
					const sent = await carry(fs, client, `{"jsonrpc":"2.0","id":${id},${rest}`);
					const own = String(client.got(method).at(-1)?.id);
					const got = await carry(client, fs, reply(own));
					expect([sent, got]).toEqual([
						[`{"jsonrpc":"2.0","id":${own},${rest}`],
						[reply(JSON.stringify(JSON.parse(id)))],
					]);
				}),
				runs,
			);
		},
	);

	/** From whom a notification comes, and what its params begin with. */
	const told: [string, "client" | "fs", string][] = [
		["notifications/resources/updated", "fs", '{"uri":"x:a"'],
		["notifications/elicitation/complete", "fs", '{"elicitationId":"e"'],
		["notifications/tasks/status", "fs", '{"taskId":"t"'],
		["own/told", "fs", '{"x":1'],
		["notifications/tasks/status", "client", '{"taskId":"t"'],
		["notifications/roots/list_changed", "client", '{"x":1'],
		["own/told", "client", '{"x":1'],
	];

	test.each(told)("a notification: %s of %s", async (method, from, head) => {
		await fc.assert(
			fc.asyncProperty(members, anyJsonText, async (more, other) => {
				const { fs, client } = await createBare();
				await subscribe(client);
				const text = `{ "jsonrpc":"2.0","method":"${method}", "params":${head}${more}},"more":${other}}`;
				const got = from === "fs" ? await carry(fs, client, text) : await carry(client, fs, text);
				expect(got).toEqual([text]);
			}),
			runs,
		);
	});

	test("progress, but for the token", async () => {
		await fc.assert(
			fc.asyncProperty(ids, members, async (token, more) => {
				const { fs, client } = await createBare();
				const params = `{"uri":"x:a","_meta":{"progressToken":${token}}}`;
				await carry(client, fs, `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":${params}}`);
				const text = (token: string) =>
					`{"jsonrpc":"2.0", "method":"notifications/progress","params":{"x":1${unrouted(more)},"progressToken":${token}}}`;
				const own = String(fs.got("resources/read").at(-1)?.id);
				expect(await carry(fs, client, text(own))).toEqual([text(token)]);
			}),
			runs,
		);
	});
});

/** The last one counts, and that is the token that follows; one before it would be noise. */
const unrouted = (text: string) => text.replaceAll(',"progressToken":', ',"token":');

async function subscribe(client: Client): Promise<void> {
	await client.ask("resources/subscribe", { uri: "x:a", isReal: true });
}

describe("what else the params of a call have arrives as it was written:", () => {
	test.each([
		"1.0",
		"1.50",
		"-0",
		"0.1000000000000000055",
		"12345678901234567890",
		"[1.0]",
		'{"n":1.0}',
		"null",
		'"\\u0061"',
	])("%s", async (value) => {
		const { fs, client } = await createBare();
		const args = '"arguments":{"group":"fs","name":"echo","args":{"a":1}}';
		const params = `{"name":"call_dynamic_tool",${args},"task":${value}}`;
		const sent = await carry(client, fs, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
		expect(sent[0]).toEndWith(`"params":{"name":"echo","arguments":{"a":1},"task":${value}}}`);
	});
});

test.each([true, false])(
	"the arguments of a call arrive as they were written, though something else in it reads the same: before it %p",
	async (isBefore) => {
		const { fs, client } = await createBare();
		const args = '{"n":12345678901234567890}';
		const meta = '{"args":{"n":12345678901234567000}}';
		const [name, own, also] = [
			'"name":"call_dynamic_tool"',
			`"arguments":{"group":"fs","name":"echo","args":${args}}`,
			`"_meta":${meta}`,
		];
		const params = `{${(isBefore ? [name, also, own] : [name, own, also]).join(",")}}`;
		const sent = await carry(client, fs, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
		expect(sent[0]).toEndWith(`"params":{"name":"echo","arguments":${args},"_meta":${meta}}}`);
	},
);
