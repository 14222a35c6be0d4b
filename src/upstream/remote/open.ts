/** Opens a channel to a server at a URL, by the transport that it speaks. */
import type { Channel, CloseReason, Outgoing } from "../../protocol/channel.ts";
import { createEndpoint, type EndpointSpec } from "./endpoint.ts";
import type { RequestFailure } from "./failure.ts";
import type { RemoteHooks } from "./hooks.ts";
import { openSse } from "./sse.ts";
import { openStreamable } from "./streamable.ts";

export interface RemoteSpec extends EndpointSpec {
	/** `auto`: to be found out. */
	readonly transport: "http" | "sse" | "auto";
	/** Called with what was found out. */
	readonly onFound: (transport: "http" | "sse") => void;
}

export function openRemote(spec: RemoteSpec, hooks: Omit<RemoteHooks, "endpoint">): Channel {
	const own: RemoteHooks = { ...hooks, endpoint: createEndpoint(spec) };
	if (spec.transport === "sse") return openSse(own);
	return spec.transport === "http" ? openStreamable(own) : openEither(own, spec.onFound);
}

/**
 * Streamable HTTP, and HTTP+SSE when the server answers `initialize` with 400, 404 or 405, as the specification wants it
 * (2025-11-25, basic/transports, backwards compatibility).
 */
function openEither(hooks: RemoteHooks, onFound: RemoteSpec["onFound"]): Channel {
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	let channel = openStreamable({ ...hooks, takeOver });
	let isOver = false;
	void channel.closed.then((reason) => {
		if (!isOver) resolve(reason);
	});

	function takeOver(initialize: Outgoing, refusal: RequestFailure): boolean {
		if (![400, 404, 405].includes(refusal.facts.status ?? 0)) return false;
		const first = channel;
		isOver = true;
		channel = openSse({ ...hooks, receive: withRefusal(hooks.receive, refusal) });
		void channel.closed.then(resolve);
		void channel.send(initialize);
		void first.close();
		return true;
	}

	function withRefusal(receive: RemoteHooks["receive"], refusal: RequestFailure): RemoteHooks["receive"] {
		let isFound = false;
		return (incoming) => {
			if (isFound) return receive(incoming);
			isFound = true;
			if (incoming.kind !== "unanswered") {
				onFound("sse");
				return receive(incoming);
			}
			// It was neither. What the newer transport was told is more to the point.
			const isPlain = incoming.remedy === "change";
			const problem = `${refusal.message}; nor does it speak the older HTTP+SSE${isPlain ? "" : `: ${incoming.problem}`}`;
			return receive({ ...incoming, problem });
		};
	}

	return {
		send: (message) => channel.send(message),
		soFar: (id) => channel.soFar?.(id),
		closed,
		close: () => channel.close(),
	};
}
