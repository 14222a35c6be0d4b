import { expect, test } from "bun:test";

import { withoutEchoes } from "./echoes.ts";

const echoed = (value: string) => withoutEchoes(`bad: ${value}!`, request);
const request = {
	headers: { Authorization: `Basic ${btoa("robot:a+secret%21")}` },
	body: new URLSearchParams({
		grant_type: "refresh_token",
		refresh_token: "r/1",
		code: "code-1",
		client_assertion: "",
	}),
};

test.each(["r/1", "r%2F1", "code-1", btoa("robot:a+secret%21"), "robot:a+secret%21", "a+secret%21", "a secret!"])(
	"what was sent in confidence is taken out: %s",
	(secret) => {
		expect(echoed(secret)).not.toContain(secret);
		expect(echoed(secret)).toContain("[redacted]");
	},
);

test("what is no secret stays, and so does all when nothing was sent", () => {
	expect(echoed("grant_type=refresh_token, robot")).toBe("bad: grant_type=refresh_token, robot!");
	expect(withoutEchoes("bad: x", {})).toBe("bad: x");
});

test("a body that was encoded already is looked into as well", () => {
	expect(withoutEchoes("bad: r/1", { body: "refresh_token=r%2F1" })).toBe("bad: [redacted]");
});
