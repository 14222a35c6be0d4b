/** One start of a server: transport, link, handshake. */
import { UpstreamError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Malformed } from "../protocol/jsonrpc.ts";
import { createLink, type Link } from "../protocol/link.ts";
import { hasBatches, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import type { GroupDefinition, GroupParts } from "./definition.ts";
import { shakeHands } from "./handshake.ts";

/**
 * Rejects with `UpstreamError`, with the server's last words, when it has been stopped again. `hold` gets the link as
 * soon as there is one: from then on there is something to close.
 */
export async function connect(
	{ name, connectTimeoutMs, isRemote, prepare }: GroupDefinition,
	{ clock, emit, clientInfo, capabilities, onNotification, onRequest }: GroupParts,
	hold: (link: Link) => void,
): Promise<Connection> {
	let version = "";
	const deadline = clock.now() + connectTimeoutMs;
	const link: Link = createLink({
		clock,
		open: await prepare(),
		onRequest: (request) =>
			request.method === methods.ping ? link.answer(request.id, "{}") : onRequest(name, link, request),
		onNotification: (notification) => onNotification(name, link, notification),
		onUnexpected: (incoming) => emit({ kind: "group-ignored", group: name, ...describe(incoming) }),
		// Before its answer to `initialize` there is no version yet, and nothing to batch.
		acceptsBatches: () => hasBatches(version),
	});
	hold(link);
	try {
		// What a client can do is what its servers are offered, so without a client there is nothing to say to them.
		const waitedFrom = clock.now();
		const offered = await Promise.race([capabilities(), link.closed.then(() => "{}")]);
		const timeoutMs = Math.max(1, deadline - waitedFrom);
		const options = { group: name, clientInfo, capabilities: offered, timeoutMs, limitMs: connectTimeoutMs };
		const greeting = await shakeHands(link, options);
		version = greeting.protocolVersion;
		return { link, isRemote, ...greeting };
	} catch (error) {
		const { lastWords } = await link.close();
		if (!(error instanceof UpstreamError)) throw error;
		throw new UpstreamError(name, error.phase, error.detail, { cause: error, lastWords });
	}
}

function describe(incoming: Malformed | AnyReply): { what: string; text: string } {
	if (incoming.kind === "malformed") return { what: incoming.problem, text: incoming.text };
	return { what: `a late or unknown reply, id ${incoming.id}`, text: "" };
}
