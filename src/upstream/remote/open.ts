/** Opens a channel to a server at a URL, by the transport that it speaks. */
import type { Channel, CloseReason, Outgoing, Receive } from "../../protocol/channel.ts";
import { createEndpoint, type EndpointSpec } from "./endpoint.ts";
import type { RequestFailure } from "./failure.ts";
import type { RemoteHooks } from "./hooks.ts";
import { openSse } from "./sse.ts";
import { openStreamable } from "./streamable.ts";

export interface RemoteSpec extends EndpointSpec {
	/** As in the config; `auto`: to be found out. */
	readonly transport: Transport | "auto";
	/** What was found out at an earlier start. */
	readonly found?: Transport | undefined;
	/** Called with what is found out, or with undefined when it holds no more. */
	readonly onFound: (transport: Transport | undefined) => void;
}

export type Transport = "http" | "sse";

export function openRemote(spec: RemoteSpec, hooks: Omit<RemoteHooks, "endpoint">): Channel {
	const { transport, found, onFound } = spec;
	const own: RemoteHooks = { ...hooks, endpoint: createEndpoint(spec) };
	if (transport !== "auto") return openOne(transport, own);
	if (found === undefined) return openEither(own, onFound);
	const receive = watchFirst(hooks.receive, (isAnswer) => {
		if (!isAnswer) onFound(undefined);
	});
	return openOne(found, { ...own, receive });
}

function openOne(transport: Transport, hooks: RemoteHooks): Channel {
	return transport === "sse" ? openSse(hooks) : openStreamable(hooks);
}

/** Tells of the first thing that arrives whether the server has said anything. */
function watchFirst(receive: Receive, onFirst: (isAnswer: boolean) => void): Receive {
	let isFirst = true;
	return (incoming) => {
		if (isFirst) onFirst(incoming.kind !== "unanswered");
		isFirst = false;
		return receive(incoming);
	};
}

/** A server of the older transport names the address for messages at once; a newer one may open a stream and say nothing. */
const addressMs = 5_000;

/**
 * Streamable HTTP, and HTTP+SSE when the server answers `initialize` with 400, 404 or 405, as the specification wants it
 * (2025-11-25, basic/transports, backwards compatibility).
 */
function openEither(hooks: RemoteHooks, onFound: RemoteSpec["onFound"]): Channel {
	const { clock } = hooks;
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	const receive = watchFirst(hooks.receive, (isAnswer) => {
		if (isAnswer) onFound("http");
	});
	let channel = openStreamable({ ...hooks, receive, takeOver });
	let isOver = false;
	void channel.closed.then((reason) => {
		if (!isOver) resolve(reason);
	});

	function takeOver(initialize: Outgoing, refusal: RequestFailure): boolean {
		if (![400, 404, 405].includes(refusal.facts.status ?? 0)) return false;
		const first = channel;
		isOver = true;
		const { receive, giveUp } = withRefusal(initialize, refusal);
		const stopTimer = clock.after(addressMs, giveUp);
		channel = openSse({ ...hooks, receive, onAddress: stopTimer });
		void channel.closed.then((reason) => {
			stopTimer();
			resolve(reason);
		});
		void channel.send(initialize);
		void first.close();
		return true;
	}

	/** What arrives, where the failure of both transports is told as one. */
	function withRefusal({ id = "" }: Outgoing, refusal: RequestFailure): { receive: Receive; giveUp: () => void } {
		const { message, facts } = refusal;
		let isFound = false;
		return {
			giveUp: () => void hooks.receive({ kind: "unanswered", id, problem: message, remedy: facts.remedy }),
			receive(incoming) {
				if (isFound) return hooks.receive(incoming);
				isFound = true;
				if (incoming.kind !== "unanswered") {
					onFound("sse");
					return hooks.receive(incoming);
				}
				// It was neither. What the newer transport was told is more to the point.
				const isPlain = incoming.remedy === "change";
				const problem = `${message}; nor does it speak the older HTTP+SSE${isPlain ? "" : `: ${incoming.problem}`}`;
				return hooks.receive({ ...incoming, problem });
			},
		};
	}

	return {
		send: (message) => channel.send(message),
		soFar: (id) => channel.soFar?.(id),
		closed,
		close: () => channel.close(),
	};
}
