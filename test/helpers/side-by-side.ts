/** The same client twice, connected to the same kind of server: directly and through the built program. */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";

import type { Message } from "./messages.ts";
import type { SdkClient } from "./sdk-client.ts";
import { openWholeClient, type WholeClient } from "./whole-client.ts";

export interface Sides extends AsyncDisposable {
	readonly direct: WholeClient;
	readonly proxied: WholeClient;
	/** The outcomes, errors included, of the same done on both sides, at the same time. */
	both(act: (side: WholeClient) => Promise<unknown>): Promise<Pair>;
}

export interface Pair {
	readonly expected: unknown;
	readonly actual: unknown;
}

/** How either client is connected; the name of the server's group behind the proxy. */
export interface Ways {
	readonly group: string;
	readonly directly: (client: Client) => Promise<SdkClient>;
	readonly throughProxy: (client: Client) => Promise<SdkClient>;
}

/** Both servers run, and what the one behind the proxy offers is known. */
export async function openSides({ group, directly, throughProxy }: Ways): Promise<Sides> {
	await using stack = new AsyncDisposableStack();
	const [direct, proxied] = await Promise.all(
		[openWholeClient(directly), openWholeClient(throughProxy, group)].map(async (side) => stack.use(await side)),
	);
	if (direct === undefined || proxied === undefined) throw new Error("a side is missing");
	await Promise.all([direct, proxied].map(({ call }) => call("echo", { message: "hello" })));
	await proxied.next(isNotice("notifications/resources/list_changed"));
	const opened = stack.move();
	return {
		direct,
		proxied,
		async both(act) {
			const outcomes = [direct, proxied].map(async (side) => comparable(await settle(act(side))));
			const [expected, actual] = await Promise.all(outcomes);
			return { expected, actual };
		},
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}

export function isNotice(method: string, part = ""): (message: Message) => boolean {
	return (message) => message.method === method && message.id === undefined && has(message, part);
}

/** The params of what the client was asked so far, of those with this text in them. */
export function askedOf(side: WholeClient, method: string, part: string): unknown[] {
	const isAsked = (message: Message) => message.method === method && message.id !== undefined && has(message, part);
	return side
		.messages()
		.filter(isAsked)
		.map(({ params }) => params);
}

function has(message: Message, part: string): boolean {
	return JSON.stringify(message).includes(part);
}

async function settle(outcome: Promise<unknown>): Promise<unknown> {
	try {
		return await outcome;
	} catch (error) {
		const { code, message, data } = error as { code?: unknown; message: string; data?: unknown };
		return { error: { code, message, data } };
	}
}

/** Without what is never the same twice: times and random ids. */
function comparable(value: unknown): unknown {
	const text = JSON.stringify(value, (key, item: unknown) => (key === "blob" ? readBlob(String(item)) : item));
	const plain = (text ?? "null")
		.replaceAll(/created at [\d:]+ [AP]M/g, "created at (time)")
		.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(date)")
		.replaceAll(/[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}/g, "(id)");
	return JSON.parse(plain);
}

/** Some of the blobs are texts with the time in them. */
function readBlob(blob: string): string {
	const text = Buffer.from(blob, "base64").toString();
	return text.startsWith("Resource ") ? text : blob;
}
