/** The symptoms in docs/troubleshooting.md are what the program really says. */
import { describe, expect, test } from "bun:test";

import { codeSpansOf, repository, tablesUnder } from "../helpers/markdown.ts";
import { runCli, runWithConfig } from "../helpers/run-cli.ts";

const text = await Bun.file(`${repository}/docs/troubleshooting.md`).text();

/** What is said by others: the system, the shell, the installers. */
const ofOthers = new Set(["Logs", "Installing and starting", "Two programs of one name", "Exit codes", "Still stuck"]);

const sections = Array.from(text.matchAll(/^## (.+)$/gm), ([, title = ""]) => title);
const ourSections = sections.filter((title) => !ofOthers.has(title));

/** Every text in the program's source, where it is put together from. */
async function readSource(): Promise<string> {
	const paths = (await Array.fromAsync(new Bun.Glob("**/*.ts").scan({ cwd: `${repository}/src` }))).sort();
	const files = paths.filter((path) => !path.endsWith(".test.ts")).map((path) => `${repository}/src/${path}`);
	return (await Promise.all(files.map((file) => Bun.file(file).text()))).join("\n").replaceAll('\\"', '"');
}

const source = await readSource();

/**
 * The fixed parts of a message: what changes in it is quoted, a number, a variable, a method, or left out by `…`; and the
 * program puts some together at a colon, a dot, or before what was going on.
 */
function fixedParts(message: string): string[] {
	return message
		.split(/…|"[^"]*"|\$\{\w+\}|\d+(?: s)?|\b[a-z]+\/[a-zA-Z]+:?|: |\.tools\b|(?=the call of)/)
		.map((part) => part.replaceAll(/^[^a-zA-Z]+|[^a-zA-Z]+$/g, ""))
		.filter((part) => part.includes(" "));
}

/** Of the first column only what reads like a sentence is a message; single words are names of files and commands. */
function messagesUnder(title: string): string[] {
	const symptoms = tablesUnder(text, title).map(([symptom = ""]) => symptom);
	return symptoms.flatMap(codeSpansOf).filter((code) => fixedParts(code).length > 0);
}

test("every section has symptoms, and most of them are messages", () => {
	expect(ourSections.length).toBeGreaterThan(5);
	expect(ourSections.flatMap(messagesUnder).length).toBeGreaterThan(25);
});

test.each(ourSections)("%s: every message is in the program's source, word for word", (title) => {
	const parts = messagesUnder(title).flatMap((message) => fixedParts(message).map((part) => ({ message, part })));
	expect(parts.filter(({ part }) => !source.includes(part))).toEqual([]);
});

test("a message that nobody says would be found", () => {
	expect(fixedParts('command "npx" was not found on the PATH').filter((part) => !source.includes(part))).toEqual([]);
	expect(fixedParts('command "npx" is nowhere to be seen').filter((part) => !source.includes(part))).toHaveLength(1);
});

describe("what a person sees in a terminal is what the page says:", () => {
	const isQuoted = (part: string) => text.includes(`\`${part}`);

	test("no config", async () => {
		const { code, stderr } = await runCli([]);
		expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("there is no config file at ") });
		expect(isQuoted("there is no config file at …")).toBeTrue();
	});

	test.each([
		["{'mcpServers': {}}", "this is not JSON"],
		['{"mcpServers": {"git": {"comand": "uvx"}}}', "unknown field"],
		['{"mcpServers": {"git": {"command": "uvx", "timeout": {"tools": "5mins"}}}}', "is not a duration"],
	])("%s", async (config, message) => {
		const { code, stderr } = await runWithConfig(config);
		expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
		expect(isQuoted(message)).toBeTrue();
	});
});
