/** Reads a resource, or follows its changes. */
import { ask } from "../protocol/link.ts";
import { methods } from "../protocol/mcp.ts";
import { type FeatureRequest, pass, passed } from "./feature-request.ts";
import { findResource, type GroupOffer, guessResource } from "./find-resource.ts";
import type { Group } from "./group.ts";
import { find } from "./offers.ts";
import { forwardToGroup } from "./to-group.ts";

export async function useResource(asked: FeatureRequest, uri: string, named: Group | undefined): Promise<void> {
	const { state, session, job, request, groups } = asked;
	const { subscriptions } = state;
	const { method } = request;
	const followed = method === methods.unsubscribe ? subscriptions.groupOf(uri, session) : undefined;
	const own = followed === undefined ? undefined : groups.find(({ name }) => name === followed);
	const group =
		named ?? own ?? (await find(asked, "resources", looking(uri, findResource), looking(uri, guessResource)));
	if (group === undefined) {
		// The code is that of the specification (server/resources, error handling).
		const message = `Resource not found: ${uri}; no group lists it, and "group" in the params does not name one`;
		return session.refuse(job, { code: -32002, message, data: { uri } });
	}
	const { name } = group;
	if (method === methods.unsubscribe) {
		const isLast = subscriptions.remove(name, uri, session);
		// A server that does not run follows nothing.
		return isLast && state.running(name) !== undefined ? pass(asked, group, "resources") : session.answer(job, "{}");
	}
	if (method !== methods.subscribe) return pass(asked, group, "resources");
	return subscriptions.join(name, uri, session) ? session.answer(job, "{}") : subscribe(asked, group, uri);
}

/** A subscription counts once the server has agreed to it, so that none is renewed which there never was. */
async function subscribe(asked: FeatureRequest, group: Group, uri: string): Promise<void> {
	const { state, session } = asked;
	const { subscriptions } = state;
	subscriptions.ask(group.name, uri, session);
	await forwardToGroup({
		...passed(asked, group, "resources"),
		onEnd(reply) {
			if (reply === undefined || reply.error !== undefined) return subscriptions.withdraw(group.name, uri, session);
			// Who wanted it may have thought better of it, or be gone.
			if (subscriptions.confirm(group.name, uri, session)) return;
			const link = state.running(group.name)?.link;
			const params = JSON.stringify({ uri });
			if (link !== undefined)
				void ask(link, { method: methods.unsubscribe, params, timeoutMs: group.timeoutMs.resources });
		},
	});
}

function looking(uri: string, look: (uri: string, offers: readonly GroupOffer[]) => Group | undefined) {
	return (offers: readonly GroupOffer[]) => look(uri, offers);
}
