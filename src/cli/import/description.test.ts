import { describe, expect, test } from "bun:test";

import { descriptionInOwnWords, guessDescription } from "./description.ts";

const npx = (...args: string[]) => ({ command: "npx", args });

describe("a guess", () => {
	test.each([
		["files", npx("-y", "@modelcontextprotocol/server-filesystem", "/tmp"), "filesystem"],
		["db", npx("-y", "@scope/postgres-mcp@1.2.3", "--port", "8080"), "postgres"],
		["db", { command: "uvx", args: ["mcp-server-sqlite", "--db", "x.db"] }, "sqlite"],
		["x", { command: "docker", args: ["run", "-i", "--rm", "mcp/brave-search:latest"] }, "brave search"],
		["x", { command: "/opt/tools/weather-mcp.exe" }, "weather"],
		["issues", { url: "https://mcp.linear.app/sse" }, "linear"],
		["hf", { url: "https://huggingface.co/mcp" }, "huggingface"],
	])("for %s: %j is %s", (group, entry, expected) => {
		expect(guessDescription(group, entry)).toBe(expected);
	});

	test.each([
		["filesystem", npx("-y", "@modelcontextprotocol/server-filesystem", "/tmp")],
		["brave-search", { command: "brave-search-mcp" }],
		["local", { url: "http://localhost:3000/mcp" }],
		["local", { url: "http://127.0.0.1:3000/mcp" }],
		["tool", { command: "node", args: ["/home/me/tool/index.js"] }],
		["tool", { command: "python", args: ["${HOME}/tool.py"] }],
		["odd", { url: "${ADDRESS}" }],
		["odd", { command: "npx" }],
		["odd", { command: "npx", args: "no list" }],
	])("for %s: %j is none, as it would say no more than the name", (group, entry) => {
		expect(guessDescription(group, entry)).toBe("");
	});
});

describe("a server's own words", () => {
	test.each([
		[{ name: "n", title: "Notes" }, undefined, "Notes"],
		[{ name: "n", title: "Notes" }, "Keeps notes. Call search first.", "Keeps notes"],
		[{ name: "n", description: "Notes of a team" }, "Long text.", "Notes of a team"],
		[{ name: "n" }, "# Notes server\n\nMore.", "Notes server"],
		[{ name: "n" }, "\u001B[31mred\u001B[0m \u202Etext", "red text"],
		[{ name: "n" }, "\n\n", ""],
		["no object", 5, ""],
	])("%j and %j are %j", (serverInfo, instructions, expected) => {
		expect(descriptionInOwnWords(serverInfo, instructions)).toBe(expected);
	});

	test("are cut where they are long", () => {
		const words = descriptionInOwnWords({}, "word ".repeat(100));
		expect(words.length).toBeLessThanOrEqual(120);
		expect(words).toEndWith("…");
	});
});
