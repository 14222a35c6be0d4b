import { expect, test } from "bun:test";

import { parseChallenge } from "./challenge.ts";

const nothing = { resourceMetadata: undefined, scope: undefined, error: undefined };

test.each([
	["Bearer", nothing],
	["bearer  ", nothing],
	['Bearer realm="x"', nothing],
	['Bearer scope="a b", error="insufficient_scope"', { ...nothing, scope: "a b", error: "insufficient_scope" }],
	["Bearer scope=a,error=invalid_token", { ...nothing, scope: "a", error: "invalid_token" }],
	['Bearer error_description="no scope=\\"b\\", error=x", scope="a"', { ...nothing, scope: "a" }],
	[
		'BEARER Resource_Metadata = "https://a.example/x?y=z,w"',
		{ ...nothing, resourceMetadata: "https://a.example/x?y=z,w" },
	],
	['Basic realm="a, b", Bearer scope="c"', { ...nothing, scope: "c" }],
	['Bearer scope="c", Basic realm="a", scope="d"', { ...nothing, scope: "c" }],
	["Negotiate, Bearer error=invalid_token", { ...nothing, error: "invalid_token" }],
	['Bearer scope=""', nothing],
	['Negotiate YII+bc/d==, Bearer scope="c"', { ...nothing, scope: "c" }],
	[', ,Bearer error="x",, scope="c",', { ...nothing, error: "x", scope: "c" }],
])("%s", (header, expected) => {
	expect(parseChallenge(header)).toEqual(expected);
});

test.each([null, "", "Basic realm=Bearer", 'DPoP algs="ES256"', "=,=", '"'])(
	"%s has no challenge for bearer tokens",
	(header) => {
		expect(parseChallenge(header)).toBeUndefined();
	},
);
