/** Where the browser comes back to after a sign-in: a page of our own on this machine, for this one sign-in. */
import { type Clock, within } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { type CallbackPage, renderPage } from "./callback-page.ts";

/** How a sign-in ended. */
export type Ending =
	| { readonly kind: "signed-in" }
	/** Said no. The reason is a whole message, for people. */
	| { readonly kind: "denied"; readonly reason: string }
	| { readonly kind: "failed"; readonly reason: string };

export interface CallbackOptions {
	/** Undefined for any that is free. */
	readonly port: number | undefined;
	/** Who is signed in to, for the page. */
	readonly name: string;
	readonly clock: Clock;
}

export interface Callback {
	/** What the authorization server is given as `redirect_uri`. */
	readonly redirectUri: string;
	/**
	 * From now on one request that brings this state is taken, and what it brings is given to `take`, whose ending the browser
	 * is shown. `take` never rejects.
	 */
	expect(state: string, take: (callback: URLSearchParams) => Promise<Ending>): void;
	/** Takes no more requests; who has been taken still gets its page, for a moment. */
	close(): Promise<void>;
}

const path = "/callback";

/** A browser that is shown nothing for longer than this looks broken, and somebody presses a key. */
const pageWithinMs = 30_000;

/** A server closes a connection after this time, if nothing is sent on it: more than a page may take. */
const connectionIdleSeconds = 60;

/** For the last page to get to the browser. */
const flushMs = 1000;

/** Listens on 127.0.0.1 only. Throws `UserError` when the port that is wanted is taken. */
export function openCallback({ port, name, clock }: CallbackOptions): Callback {
	interface Expected {
		readonly state: string;
		readonly take: (callback: URLSearchParams) => Promise<Ending>;
	}
	let expected: Expected | undefined;
	let ending: Promise<Ending> | undefined;
	let closed: Promise<void> | undefined;

	const server = listen(port, (request) => answer(request));
	const host = `127.0.0.1:${server.port}`;

	async function answer(request: Request): Promise<Response> {
		// A page of the web may have its own name point to this machine; the browser then still says that name.
		if (request.headers.get("host") !== host) return renderPage(stray(421, "That is not an address of this page."));
		const url = new URL(request.url);
		if (url.pathname !== path) return renderPage(stray(404, "There is nothing at this address."));
		if (request.method !== "GET") return renderPage(stray(405, "This page can only be looked at."), { Allow: "GET" });
		const [state, ...others] = url.searchParams.getAll("state");
		// On a connection that the browser had opened before the end.
		if (closed !== undefined && ending === undefined) return renderPage(stray(410, over));
		if (expected === undefined || state !== expected.state || others.length > 0)
			return renderPage(stray(400, wrongState));
		// A browser that asks twice is shown the same again, and a code is spent once.
		ending ??= expected.take(url.searchParams);
		return renderPage(describe(await within(clock, pageWithinMs, ending), name));
	}

	return {
		redirectUri: `http://${host}${path}`,
		expect(state, take) {
			expected = { state, take };
		},
		close: () => (closed ??= stop(server, clock)),
	};
}

function listen(port: number | undefined, fetch: (request: Request) => Promise<Response>): Bun.Server<undefined> {
	try {
		return Bun.serve({
			hostname: "127.0.0.1",
			port: port ?? 0,
			idleTimeout: connectionIdleSeconds,
			development: false,
			// Without development Bun would share the port with whoever else asks for that, and the callback would come to one of them.
			reusePort: false,
			fetch,
			error: () => renderPage(stray(500, "Something went wrong in dynamic-mcp. Please try to sign in once more.")),
		});
	} catch (cause) {
		if (port === undefined) throw new UserError("cannot listen on 127.0.0.1 for the end of the sign-in", { cause });
		throw new UserError(`port ${port} of oauth_redirect_port is in use on 127.0.0.1`, {
			hint: "End the program that uses it, or another sign-in that is under way, or set another port there and at the authorization server.",
			cause,
		});
	}
}

/** No new connections; what is being answered gets its answer, for a moment. */
async function stop(server: Bun.Server<undefined>, clock: Clock): Promise<void> {
	await within(clock, flushMs, server.stop());
	await server.stop(true);
}

const over = "The sign-in that this address belongs to is over. Please sign in once more.";

const wrongState =
	"This address does not belong to the sign-in that is waiting. Nothing has been changed. If you came here from an older page, close it and sign in once more.";

function stray(status: number, text: string): CallbackPage {
	return { status, title: "This is not the page you want", text, mark: "bad" };
}

function describe(ending: Ending | undefined, name: string): CallbackPage {
	if (ending === undefined) {
		const text =
			"The server takes its time to answer. You can close this page: where you came from you will see how it ends.";
		return { status: 202, title: "Nearly there", text, mark: "waiting" };
	}
	if (ending.kind === "signed-in") {
		const text = "You can close this page and go back to what you were doing.";
		return { status: 200, title: `Signed in to ${name}`, text, mark: "good" };
	}
	const [status, title] =
		ending.kind === "denied" ? [403, `Not signed in to ${name}`] : [500, `Signing in to ${name} did not work`];
	return { status, title, text: ending.reason, mark: "bad" };
}
