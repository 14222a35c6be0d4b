/** What a sign-in must never show: all that was sent to a server in confidence, looked for in all that programs print. */
import type { AuthorizationServer, SeenRequest } from "./authorization-server.ts";

/** Fields of forms that are secrets, by the names that they are asked for with. */
const confidential = ["code", "code_verifier", "refresh_token", "client_secret", "client_assertion", "token"];

/** By kind, as found in what the server has seen so far. */
export function secretsToldTo(server: AuthorizationServer): ReadonlyMap<string, ReadonlySet<string>> {
	const found = new Map<string, Set<string>>();

	function note(kind: string, value: string | null): void {
		if (value !== null && value !== "") found.set(kind, (found.get(kind) ?? new Set()).add(value));
	}

	for (const request of server.requests) {
		for (const kind of confidential) note(kind, request.form.get(kind));
		noteHeader(request, note);
	}
	return found;
}

function noteHeader({ headers }: SeenRequest, note: (kind: string, value: string) => void): void {
	const [scheme, value = ""] = (headers.get("authorization") ?? "").split(" ");
	if (scheme === "Bearer") note("access_token", value);
	if (scheme !== "Basic") return;
	note("basic", value);
	const [, secret = ""] = Buffer.from(value, "base64").toString().split(":");
	note("client_secret", decodeURIComponent(secret.replaceAll("+", " ")));
}

/** Which of them the text has, as `kind: value`; and the states of sign-ins that are elsewhere than in an address to sign in at. */
export function leaksIn(text: string, server: AuthorizationServer): string[] {
	const secrets = [...secretsToldTo(server)].flatMap(([kind, values]) => [...values].map((value) => [kind, value]));
	const leaked = secrets.filter(([, value = ""]) => text.includes(value)).map(([kind, value]) => `${kind}: ${value}`);
	const states = server.of("/authorize").map(({ query }) => query.get("state") ?? "");
	const withoutAddresses = text.replaceAll(/http:\/\/127\.0\.0\.1:\d+\/authorize\?[^\s"\\]+/g, "");
	return [...leaked, ...states.filter((state) => withoutAddresses.includes(state)).map((state) => `state: ${state}`)];
}

/** What a thoughtless server says when something is wrong: all that it was asked with. */
export function echoOf({ headers, form, query }: SeenRequest): string {
	return `you sent ${headers.get("authorization") ?? "nobody"} with ${[...form.values(), ...query.values()].join(" ")}`;
}
