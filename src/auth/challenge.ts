/** Reads the header `WWW-Authenticate` (RFC 9110 section 11.6.1) as far as it speaks of bearer tokens. Pure. */

/** What a server says when it refuses a request (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
	readonly resourceMetadata: string | undefined;
	/** Blank-separated. */
	readonly scope: string | undefined;
	readonly error: string | undefined;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A parameter with its value; or a scheme, or what stands in place of parameters (`token68`), of which no scheme is made. */
const part = new RegExp(
	`[\\s,]*(?:(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))|(${token})(?=[\\s,]|$)|[\\w.~+/-]+=*)[\\s,]*`,
	"y",
);

/** Undefined when the header has no challenge of the scheme `Bearer`, or cannot be read up to it. */
export function parseChallenge(header: string | null): Challenge | undefined {
	if (header === null) return undefined;
	const found = new Map<string, string>();
	let scheme = "";
	let isFound = false;
	part.lastIndex = 0;
	for (let match = part.exec(header); match !== null && match[0] !== ""; match = part.exec(header)) {
		const [, name, quoted, plain, word] = match;
		if (word !== undefined) scheme = word.toLowerCase();
		if (scheme !== "bearer") continue;
		isFound = true;
		const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
		// The first one counts, as with everything that is said twice.
		if (name !== undefined && value !== undefined && value !== "" && !found.has(name.toLowerCase())) {
			found.set(name.toLowerCase(), value);
		}
	}
	if (!isFound) return undefined;
	return { resourceMetadata: found.get("resource_metadata"), scope: found.get("scope"), error: found.get("error") };
}
