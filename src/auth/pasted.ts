/** Reads what a person pastes whose browser is on another machine: the address that it could not load there. Pure. */
import { UserError } from "../base/errors.ts";

/**
 * The whole address, which is the sign-in's own. Takes it without what stands before the `?`, too, and in quotes. Throws `UserError`
 * that says what to paste in its place.
 */
export function readPasted(text: string, redirectUri: string): string {
	const bare = text.trim().replace(/^["'<]+|["'>]+$/g, "");
	const url = URL.parse(bare) ?? URL.parse(`${redirectUri}?${bare.slice(bare.indexOf("?") + 1)}`);
	if (url === null || `${url.origin}${url.pathname}` !== redirectUri) {
		throw new UserError("that is not the address that the browser was sent to after signing in", {
			hint: `Paste the one that begins with ${redirectUri}?`,
		});
	}
	const lacks = ["state", url.searchParams.has("error") ? "error" : "code"].filter(
		(name) => !url.searchParams.get(name),
	);
	if (lacks.length > 0) {
		throw new UserError(`the address lacks ${lacks.join(" and ")}`, {
			hint: "Paste all of it, as the browser shows it.",
		});
	}
	return url.href;
}
