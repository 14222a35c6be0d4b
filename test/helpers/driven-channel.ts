/** The client's end of a channel to a server at a URL, in the hands of a test. */
import type { Channel, Incoming } from "../../src/protocol/channel.ts";
import { createEndpoint, type EndpointSpec } from "../../src/upstream/remote/endpoint.ts";
import type { RemoteHooks } from "../../src/upstream/remote/hooks.ts";
import { createWatchedClock } from "./clocks.ts";
import { eventually } from "./eventually.ts";
import { quiet } from "./memory-channel.ts";

export type Hooks = Omit<RemoteHooks, "endpoint">;

export const specOf = (url: string, more: Partial<EndpointSpec> = {}): EndpointSpec => ({
	group: "remote",
	url,
	headers: {},
	userAgent: "dynamic-mcp/2.0.0",
	tls: undefined,
	...more,
});

/** A channel of that transport to the URL; see `openDriven`. */
export function openDrivenTo(url: string, open: (hooks: RemoteHooks) => Channel) {
	return openDriven((hooks) => open({ ...hooks, endpoint: createEndpoint(specOf(url)) }));
}

/** The time stands still, so nothing is given up or tried again but by the test. */
export function openDriven(open: (hooks: Hooks) => Channel) {
	const clock = createWatchedClock();
	const incoming: Incoming[] = [];
	const troubles: string[] = [];
	let taken = 0;
	let onArrival = Promise.withResolvers<void>();
	const channel = open({
		clock,
		receive(one) {
			incoming.push(one);
			onArrival.resolve();
			onArrival = Promise.withResolvers();
		},
		random: () => 0.5,
		redact: (text) => text.replaceAll("secret", "[redacted]"),
		onTrouble: (what) => void troubles.push(what),
	});

	/** What arrives next that this has not returned before. */
	async function next(): Promise<Incoming> {
		while (incoming.length <= taken) await onArrival.promise;
		return incoming[taken++] as Incoming;
	}

	function request(id: number, method = "tools/call", timeoutMs = 10_000): void {
		const text = JSON.stringify({ jsonrpc: "2.0", id, method });
		void channel.send({ kind: "request", id, method, timeoutMs, text });
	}

	function notify(method: string, more: { cancels?: number } = {}): void {
		void channel.send({ kind: "notification", method, text: JSON.stringify({ jsonrpc: "2.0", method }), ...more });
	}

	async function initialize(): Promise<Incoming> {
		request(0, "initialize");
		return next();
	}

	return {
		channel,
		clock,
		incoming,
		troubles,
		next,
		request,
		notify,
		initialize,
		/** The whole handshake. */
		async greet() {
			await initialize();
			notify("notifications/initialized");
		},
		/** Sends the request and resolves with what arrives next. */
		ask(id: number, method?: string, timeoutMs?: number) {
			request(id, method, timeoutMs);
			return next();
		},
		/** Cancels as a link does it. */
		cancel: (id: number) => notify("notifications/cancelled", { cancels: id }),
		async [Symbol.asyncDispose]() {
			const closing = channel.close();
			// The end of a session is waited for, but not for ever, and this clock stands still.
			await Promise.race([closing, quiet().then(() => clock.advance(500))]);
			await closing;
		},
	};
}

export type Driven = ReturnType<typeof openDriven>;

/** Resolves when the server's word that it has the message is here, which nothing else tells. */
export const isTaken = ({ channel }: Driven, id: number): Promise<string> =>
	eventually(
		() => channel.soFar?.(id) ?? "",
		(words) => words.startsWith("it took the message"),
	);
