/** Which addresses may be asked during a sign-in, and when two of them mean the same. Pure. */
import { UserError } from "../base/errors.ts";

/**
 * The server's address as RFC 8707 names a resource: without a fragment, and without a slash where there is no path. Throws
 * `UserError` for what is no http address.
 */
export function resourceOf(serverUrl: string): string {
	const url = URL.parse(serverUrl);
	if (url === null || !/^https?:$/.test(url.protocol)) throw new UserError("the server's url is no http address");
	url.hash = "";
	url.username = url.password = "";
	return url.pathname === "/" && url.search === "" ? url.origin : url.href;
}

/**
 * What a sign-in is kept as: the resource, and after a `#`, which no resource has, the client that the config names. So two groups
 * that are two clients of one server have a sign-in each.
 */
export function keyOf({
	serverUrl,
	clientId,
}: {
	readonly serverUrl: string;
	readonly clientId: string | undefined;
}): string {
	const resource = resourceOf(serverUrl);
	return clientId === undefined ? resource : `${resource}#${encodeURIComponent(clientId)}`;
}

/** Back from `keyOf`. */
export function readKey(key: string): { readonly serverUrl: string; readonly clientId: string | undefined } {
	const [serverUrl = "", client] = key.split("#");
	return { serverUrl, clientId: client === undefined ? undefined : decodeURIComponent(client) };
}

/** The address without what may be secret: user, password, query. */
export function placeOf(address: string | URL): string {
	const url = URL.parse(String(address));
	return url === null ? "an address that cannot be read" : url.origin + url.pathname;
}

function isLoopback({ hostname }: URL): boolean {
	return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Throws `UserError` unless what is sent there is encrypted or stays on this machine. A server elsewhere may not lead us
 * to this machine either: it would have us ask services that only listen to their own kind.
 */
export function mustBeSafe(address: string, what: string, serverUrl: string): URL {
	const url = URL.parse(address);
	if (url === null) throw new UserError(`${what} is no address: "${address.slice(0, 200)}"`);
	if (url.username !== "" || url.password !== "") throw new UserError(`${what} ${placeOf(url)} has a password in it`);
	if (isLoopback(url) && !isLoopback(new URL(serverUrl))) {
		throw new UserError(`${what} is ${placeOf(url)}, on this machine, but the server is at ${placeOf(serverUrl)}`);
	}
	if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) return url;
	throw new UserError(`${what} is ${placeOf(url)}, which is not encrypted; signing in needs https`);
}

/**
 * Whether metadata is of the issuer that it was looked up for (RFC 8414 section 3.3). A slash at the end makes no difference:
 * many servers name their issuer once with and once without it, and both lead to the same well-known address.
 */
export function isSameIssuer(one: string, other: string): boolean {
	return withoutSlash(one) === withoutSlash(other);
}

function withoutSlash(text: string): string {
	return text.endsWith("/") ? text.slice(0, -1) : text;
}

/** Equal but for the port, on loopback: RFC 8252 section 7.3 wants authorization servers to take any port there. */
export function isSameButForPort(one: string, other: string): boolean {
	const [a, b] = [URL.parse(one), URL.parse(other)];
	if (a === null || b === null || !isLoopback(a)) return false;
	a.port = b.port = "";
	return a.href === b.href;
}
