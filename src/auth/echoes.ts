/** Takes out of what a server says what it was told in confidence: thoughtless ones quote it in their errors. Pure. */

/** The fields of a form that are secrets: of RFC 6749, RFC 7636, RFC 7521 and RFC 7009. */
const confidential = ["code", "refresh_token", "client_secret", "code_verifier", "client_assertion", "token"];

/** `init` is the request that was answered with this text. */
export function withoutEchoes(text: string, { headers, body }: RequestInit): string {
	const form = body instanceof URLSearchParams ? body : new URLSearchParams(typeof body === "string" ? body : "");
	const fields = confidential.flatMap((name) => form.getAll(name));
	const secrets = [...fields, ...credentialsIn(new Headers(headers).get("authorization") ?? "")];
	const all = [...new Set(secrets.flatMap((secret) => [secret, encoded(secret)]))].filter((secret) => secret !== "");
	if (all.length === 0) return text;
	// Longer ones first, as one may begin with another.
	const pattern = all.sort((one, other) => other.length - one.length).map((secret) => RegExp.escape(secret));
	return text.replaceAll(new RegExp(pattern.join("|"), "g"), "[redacted]");
}

/** Also what is in the base64 of `Basic`, as a whole and the secret alone. */
function credentialsIn(authorization: string): string[] {
	const [scheme = "", value = ""] = authorization.split(" ");
	if (scheme.toLowerCase() !== "basic") return [value];
	const pair = Buffer.from(value, "base64").toString();
	const secret = pair.slice(pair.indexOf(":") + 1);
	return [value, pair, secret, new URLSearchParams(`_=${secret}`).get("_") ?? ""];
}

/** As in a form. */
function encoded(text: string): string {
	return new URLSearchParams({ _: text }).toString().slice(2);
}
