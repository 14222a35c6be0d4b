/** What a channel to a server at a URL works with: types only. */
import type { Clock } from "../../base/clock.ts";
import type { Outgoing, Receive } from "../../protocol/channel.ts";
import type { Endpoint } from "./endpoint.ts";
import type { RequestFailure } from "./failure.ts";

export interface RemoteHooks {
	readonly clock: Clock;
	readonly receive: Receive;
	readonly endpoint: Endpoint;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Takes secrets out of what a server says of a failure. */
	readonly redact: (text: string) => string;
	/** What goes wrong without a request that could be told of it. */
	readonly onTrouble: (what: string) => void;
	/**
	 * Asked when `initialize` is refused as a server without Streamable HTTP refuses it; true when somebody else now
	 * sends it.
	 */
	readonly takeOver?: (initialize: Outgoing, refusal: RequestFailure) => boolean;
	/** A server of the older transport has said where to send messages. */
	readonly onAddress?: () => void;
}
