/** A server's address as it may be shown. Pure. */

/** Its user and its query may hold a key. */
export function withoutSecrets(address: string): string {
	const url = URL.parse(address);
	return url === null ? "(not an address)" : `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}
