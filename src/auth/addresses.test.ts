import { expect, test } from "bun:test";

import { isSameButForPort, isSameIssuer, keyOf, mustBeSafe, placeOf, readKey, resourceOf } from "./addresses.ts";

test.each([
	["https://a.example/mcp#part", "https://a.example/mcp"],
	["https://A.example:443/", "https://a.example"],
	["https://a.example/mcp/?x=1", "https://a.example/mcp/?x=1"],
	["https://me:secret@a.example/mcp", "https://a.example/mcp"],
])("%s is the resource %s", (url, resource) => {
	expect(resourceOf(url)).toBe(resource);
});

test.each([
	[undefined, "https://a.example/mcp?x=1"],
	["mine", "https://a.example/mcp?x=1#mine"],
	["https://b.example/c#d", "https://a.example/mcp?x=1#https%3A%2F%2Fb.example%2Fc%23d"],
])("the client %p at a server is kept as %s", (clientId, key) => {
	expect(keyOf({ serverUrl: "https://a.example/mcp?x=1#part", clientId })).toBe(key);
	expect(readKey(key)).toEqual({ serverUrl: "https://a.example/mcp?x=1", clientId });
});

test("what is no http address is no resource", () => {
	expect(() => resourceOf("ftp://a.example")).toThrow("no http address");
});

test("a place has no query, no user and no password", () => {
	expect(placeOf("https://me:secret@a.example/x?token=1#y")).toBe("https://a.example/x");
	expect(placeOf("what?secret")).not.toContain("secret");
});

test.each([
	["https://as.example/x", "https://a.example/mcp"],
	["http://127.0.0.1:80/x", "http://localhost:3000/mcp"],
	["http://[::1]:80/x", "http://127.8.9.1:3000/mcp"],
])("%s may be asked for %s", (address, server) => {
	expect(mustBeSafe(address, "it", server).href).toBe(new URL(address).href);
});

test.each([
	["http://as.example/x", "https://a.example/mcp", "it is http://as.example/x, which is not encrypted"],
	["http://127.0.0.1.evil.example/", "http://127.0.0.1/mcp", "not encrypted"],
	["http://localhost/x", "https://a.example/mcp", "on this machine, but the server is at https://a.example/mcp"],
	["https://127.0.0.1/x", "https://a.example/mcp", "on this machine"],
	["file:///etc/passwd", "http://localhost/mcp", "not encrypted"],
	["https://me:secret@as.example/", "https://a.example/mcp", "has a password in it"],
	["nonsense", "https://a.example/mcp", 'it is no address: "nonsense"'],
])("%s may not be asked for %s", (address, server, problem) => {
	expect(() => mustBeSafe(address, "it", server)).toThrow(problem);
});

test("an issuer is the same with and without a slash at the end, and in no other spelling", () => {
	expect(isSameIssuer("https://a.example", "https://a.example/")).toBe(true);
	expect(isSameIssuer("https://a.example/t", "https://a.example/t/")).toBe(true);
	for (const other of ["https://a.example//", "https://A.example", "https://a.example:443", "http://a.example"]) {
		expect(isSameIssuer("https://a.example", other)).toBe(false);
	}
});

test("the port of a redirect URI makes no difference on loopback only", () => {
	expect(isSameButForPort("http://127.0.0.1:1/callback", "http://127.0.0.1:2/callback")).toBe(true);
	expect(isSameButForPort("http://127.0.0.1:1/callback", "http://127.0.0.1:2/other")).toBe(false);
	expect(isSameButForPort("http://127.0.0.1:1/callback", "http://localhost:1/callback")).toBe(false);
	expect(isSameButForPort("https://a.example:1/callback", "https://a.example:2/callback")).toBe(false);
});
