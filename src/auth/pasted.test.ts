/** What people paste, and what they are told when it is something else. */
import { describe, expect, test } from "bun:test";

import { UserError } from "../base/errors.ts";
import { readPasted } from "./pasted.ts";

const redirectUri = "http://127.0.0.1:4321/callback";
const whole = `${redirectUri}?code=a%2Bb&state=s`;

describe("is taken:", () => {
	test.each([
		["the address", whole],
		["with blanks around it", `\t ${whole} \r\n`],
		["in quotes", `"${whole}"`],
		["in angle brackets", `<${whole}>`],
		["from the question mark on", "?code=a%2Bb&state=s"],
		["behind the question mark", "code=a%2Bb&state=s"],
		["without the scheme, which browsers hide", "127.0.0.1:4321/callback?code=a%2Bb&state=s"],
	])("%s", (_what, text) => {
		expect(readPasted(text, redirectUri)).toBe(whole);
	});

	test("a denial", () => {
		expect(readPasted(`${redirectUri}?error=access_denied&state=s`, redirectUri)).toContain("error=access_denied");
	});
});

describe("is refused:", () => {
	const other =
		/that is not the address that the browser was sent to .* Paste the one that begins with http:\/\/127\.0\.0\.1:4321\/callback\?/;
	test.each([
		["the address to sign in at", "https://login.example/authorize?state=s&code=1", other],
		["another port", "http://127.0.0.1:1/callback?code=a&state=s", other],
		["another host", "http://evil.example:4321/callback?code=a&state=s", other],
		["another path", "http://127.0.0.1:4321/?code=a&state=s", other],
		["half of it", `${redirectUri}?code=a`, /the address lacks state /],
		["no query", redirectUri, /the address lacks state and code /],
		["something else", "yes", /the address lacks state and code /],
		["nothing", "", /the address lacks state and code /],
	])("%s", (_what, text, message) => {
		let error: unknown;
		try {
			readPasted(text, redirectUri);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(UserError);
		expect(`${(error as UserError).message} ${(error as UserError).hint}`).toMatch(message);
	});
});
