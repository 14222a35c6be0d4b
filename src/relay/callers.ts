/** Which clients wait for a server at the moment: what the server asks meanwhile is meant for one of them. */
import type { Link } from "../protocol/link.ts";
import type { Session } from "./session.ts";

export interface Callers {
	enter(link: Link, session: Session): void;
	leave(link: Link, session: Session): void;
	/** The client is gone, though what it has asked for may go on. */
	forget(session: Session): void;
	/** The client that has waited for the server for longest; undefined when none does. */
	of(link: Link): Session | undefined;
}

interface Caller {
	readonly session: Session;
	/** How many requests it waits for. */
	count: number;
}

export function createCallers(): Callers {
	/** Mostly there is one, whose count goes up and down with every call: alone it is not taken out when it is 0. */
	const waiting = new Map<Link, Caller[]>();

	function find(link: Link, session: Session): Caller | undefined {
		const callers = waiting.get(link);
		// Nearly always there is this one alone, and this is asked twice for every call.
		const [first] = callers ?? [];
		return first?.session === session ? first : callers?.find((caller) => caller.session === session);
	}

	function enter(link: Link, session: Session): void {
		const caller = find(link, session);
		if (caller !== undefined) caller.count++;
		else add(link, { session, count: 1 });
	}

	function add(link: Link, caller: Caller): void {
		const callers = waiting.get(link);
		if (callers !== undefined) return void callers.push(caller);
		waiting.set(link, [caller]);
		void link.closed.then(() => waiting.delete(link));
	}

	function leave(link: Link, session: Session): void {
		const caller = find(link, session);
		if (caller === undefined || caller.count === 0) return;
		caller.count--;
		const callers = waiting.get(link) ?? [];
		// The next time it comes, it has waited less than the others.
		if (caller.count === 0 && callers.length > 1) callers.splice(callers.indexOf(caller), 1);
	}

	function forget(session: Session): void {
		for (const [link, callers] of waiting) {
			const others = callers.filter((caller) => caller.session !== session);
			waiting.set(link, others);
		}
	}

	return { enter, leave, forget, of: (link) => waiting.get(link)?.find(({ count }) => count > 0)?.session };
}
