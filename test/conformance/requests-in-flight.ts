/** The client's requests that have no reply yet, to tell which of them a message of the server belongs to. */
import type { Id, Message } from "../helpers/messages.ts";

export interface RequestsInFlight {
	noteFromClient(message: Message): void;
	noteFromServer(message: Message): void;
	/** The request that the message answers, or that has its progress token, or that is the only one; else undefined. */
	requestOf(message: Message): Id | undefined;
	ids(): Id[];
}

export function createRequestsInFlight(): RequestsInFlight {
	/** The progress token by request. */
	const tokens = new Map<Id, unknown>();
	return {
		noteFromClient({ id, method, params }) {
			if (method === undefined) return;
			if (id !== undefined && id !== null) tokens.set(id, tokenOf(params?.["_meta"]));
			// It will get no reply.
			else if (method === "notifications/cancelled") tokens.delete(params?.["requestId"] as Id);
		},
		noteFromServer({ id, method }) {
			if (method === undefined && id !== undefined && id !== null) tokens.delete(id);
		},
		requestOf({ id, method, params }) {
			if (method === undefined) return id ?? undefined;
			const token = method === "notifications/progress" ? params?.["progressToken"] : undefined;
			const [owner] = token === undefined ? [] : ([...tokens].find((entry) => entry[1] === token) ?? []);
			const [only, second] = [...tokens.keys()];
			return owner ?? (second === undefined ? only : undefined);
		},
		ids: () => [...tokens.keys()],
	};
}

function tokenOf(meta: unknown): unknown {
	return typeof meta === "object" && meta !== null ? (meta as Record<string, unknown>)["progressToken"] : undefined;
}
