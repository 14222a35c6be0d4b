/** Who wants to be told when a resource changes. Servers are told of the first who does, and of the last who no longer does. */
import { ask as askServer, type Link } from "../protocol/link.ts";
import { methods } from "../protocol/mcp.ts";
import type { Session } from "./session.ts";

export interface Subscriptions {
	/** The client wants to follow the resource, and the server is being asked. */
	ask(group: string, uri: string, session: Session): void;
	/** The server has agreed. False when nobody wants it any more, which the server has to be told then. */
	confirm(group: string, uri: string, session: Session): boolean;
	/** The server has not agreed. What it had agreed to before, it still has. */
	withdraw(group: string, uri: string, session: Session): void;
	/** Follows the resource along with others; false when the server has to be asked. */
	join(group: string, uri: string, session: Session): boolean;
	/** The group in which the client follows the resource, or wants to. */
	groupOf(uri: string, session: Session): string | undefined;
	/** True when the group's server has to be told. */
	remove(group: string, uri: string, session: Session): boolean;
	/** The client is gone. Returns what the servers have to be told of. */
	removeAll(session: Session): { group: string; uri: string }[];
	/** Who is to be told that the resource has changed. */
	whoWants(group: string, uri: string): Session[];
	/** Whether anybody wants to be told of anything of the group's. */
	has(group: string): boolean;
	/** Subscribes anew to all that is wanted of the group, whose server has been started again. */
	renew(group: string, link: Link, timeoutMs: number): void;
}

/** Of one resource: who follows it, and who wants to. */
interface Followed {
	readonly sessions: Set<Session>;
	readonly asking: Set<Session>;
}

export function createSubscriptions(): Subscriptions {
	const groups = new Map<string, Map<string, Followed>>();

	function find(group: string, uri: string): Followed | undefined {
		return groups.get(group)?.get(uri);
	}

	function ask(group: string, uri: string, session: Session): void {
		const uris = groups.get(group) ?? new Map<string, Followed>();
		const followed = uris.get(uri) ?? { sessions: new Set(), asking: new Set() };
		groups.set(group, uris.set(uri, followed));
		followed.asking.add(session);
	}

	function confirm(group: string, uri: string, session: Session): boolean {
		const followed = find(group, uri);
		if (followed?.asking.delete(session) === true) followed.sessions.add(session);
		return followed !== undefined && followed.sessions.size > 0;
	}

	function withdraw(group: string, uri: string, session: Session): void {
		find(group, uri)?.asking.delete(session);
		tidy(group, uri);
	}

	function join(group: string, uri: string, session: Session): boolean {
		const sessions = find(group, uri)?.sessions;
		if (sessions === undefined || sessions.size === 0 || sessions.has(session)) return false;
		sessions.add(session);
		return true;
	}

	function groupOf(uri: string, session: Session): string | undefined {
		for (const [group, uris] of groups) {
			const followed = uris.get(uri);
			if (followed?.sessions.has(session) === true || followed?.asking.has(session) === true) return group;
		}
		return undefined;
	}

	function remove(group: string, uri: string, session: Session): boolean {
		const followed = find(group, uri);
		followed?.sessions.delete(session);
		// One that the server is still being asked for is ended when it has agreed.
		const isAsking = followed?.asking.delete(session) === true;
		tidy(group, uri);
		return followed === undefined || (!isAsking && followed.sessions.size === 0);
	}

	function tidy(group: string, uri: string): void {
		const followed = find(group, uri);
		if (followed === undefined || followed.sessions.size + followed.asking.size > 0) return;
		groups.get(group)?.delete(uri);
		if (groups.get(group)?.size === 0) groups.delete(group);
	}

	function removeAll(session: Session): { group: string; uri: string }[] {
		const own = Array.from(groups, ([group, uris]) =>
			Array.from(uris, ([uri, { sessions, asking }]) =>
				sessions.has(session) || asking.has(session) ? [{ group, uri }] : [],
			).flat(),
		).flat();
		return own.filter(({ group, uri }) => remove(group, uri, session));
	}

	/** A change of what is below a resource may be told under its own URI: then all are told who want anything of the group. */
	function whoWants(group: string, uri: string): Session[] {
		const exact = find(group, uri)?.sessions ?? new Set();
		const all = Array.from(groups.get(group)?.values() ?? [], ({ sessions }) => [...sessions]).flat();
		return [...(exact.size > 0 ? exact : new Set(all))];
	}

	function renew(group: string, link: Link, timeoutMs: number): void {
		for (const [uri, { sessions }] of groups.get(group) ?? []) {
			// A server that no longer has the resource says so, and there is nobody to be told of it.
			if (sessions.size > 0)
				void askServer(link, { method: methods.subscribe, params: JSON.stringify({ uri }), timeoutMs });
		}
	}

	return {
		ask,
		confirm,
		withdraw,
		join,
		groupOf,
		remove,
		removeAll,
		whoWants,
		has: (group) => groups.has(group),
		renew,
	};
}
