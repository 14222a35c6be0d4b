/** The proxy in front of one server at a URL, which is its group `remote`. */
import type { Id, Message } from "./messages.ts";
import { type Proxy, type ProxyOptions, startProxy } from "./proxy.ts";

export interface RemoteProxy extends Proxy {
	/** Calls a tool of the server. */
	call(name: string, args?: object): Promise<Message>;
	/** The same, with progress; `progressOf` shows what came of it. */
	callWithProgress(name: string, token: Id, args?: object): Promise<Message>;
	/** How far the call with this token said it was, each time in order. */
	progressOf(token: Id): unknown[];
	/** How many ms it takes to end, from when it is told to. */
	end(): Promise<number>;
}

/** `entry` has more fields of the server's, `options.servers` more groups. */
export async function startProxyOf(
	{ url }: { readonly url: string },
	entry: object = {},
	options: ProxyOptions = {},
): Promise<RemoteProxy> {
	const proxy = await startProxy({ ...options, servers: { remote: { url, ...entry }, ...options.servers } });
	return {
		...proxy,
		call: (name, args) => proxy.callTool("remote", name, args),
		callWithProgress(name, progressToken, args = {}) {
			const params = { name: "call_dynamic_tool", arguments: { group: "remote", name, args } };
			return proxy.request("tools/call", { ...params, _meta: { progressToken } });
		},
		progressOf: (token) =>
			proxy
				.messages()
				.filter(({ method, params }) => method === "notifications/progress" && params?.["progressToken"] === token)
				.map(({ params }) => params?.["progress"]),
		async end() {
			await proxy.closeStdin();
			return (await proxy.exited).ms;
		},
	};
}
