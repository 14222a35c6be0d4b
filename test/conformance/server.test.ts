/**
 * Every scenario that the protocol's own conformance suite has for servers, and that a server passes by itself, it
 * passes through the built program as well.
 */
import { beforeAll, describe, expect, test } from "bun:test";

import { scenarios } from "./scenarios.ts";
import { type Served, startBridgedFixture, startBridgedProxy, startFixture } from "./served.ts";
import { type Outcome, type Played, playSuite, suiteMs } from "./suite.ts";

/** For the suite, and for the start and the end of what it is run against. */
const hookMs = suiteMs + 30_000;

describe("directly", () => {
	const played = everyScenarioPasses(startFixture, { hasStreams: true });

	test("the suite has no scenario that is not listed", () => {
		expect([...played().outcomes.keys()].sort()).toEqual(scenarios.map(([title]) => title).sort());
	});
});

// When this fails as well, what is below says nothing about the program.
describe("through the bridge alone", () => {
	everyScenarioPasses(startBridgedFixture);
});

describe("through the proxy", () => {
	everyScenarioPasses(() => startBridgedProxy("stdio", "own"), { hasOwnSchemas: false });
});

describe("through the proxy, from a server at a URL", () => {
	everyScenarioPasses(() => startBridgedProxy("url", "own"), { hasOwnSchemas: false });
});

describe("through call_dynamic_tool", () => {
	everyScenarioPasses(() => startBridgedProxy("stdio", "dynamic"), { hasOwnSchemas: false });
});

/** Runs the suite once, and then has a test for each scenario. */
function everyScenarioPasses(
	start: () => Promise<Served>,
	{ hasStreams = false, hasOwnSchemas = true } = {},
): () => Played {
	let played: Played = { outcomes: new Map(), said: "it was not started" };
	let problems: string[] = [];

	beforeAll(async () => {
		await using served = await start();
		played = await playSuite(served.url);
		problems = served.lines().filter((line) => line.includes("problem: "));
	}, hookMs);

	test.each(scenarios)("%s", (title, { checks, streamChecks, schemaChecks }) => {
		const more = [...(hasStreams ? streamChecks : []), ...(hasOwnSchemas ? schemaChecks : [])];
		const others = hasOwnSchemas ? [] : schemaChecks.map((id) => expect.stringContaining(`SKIPPED ${id}: `));
		expect(outcomeOf(played, title)).toEqual({ passed: [...checks, ...more].sort(), others } as never);
	});

	test("neither the server nor the bridge reports a problem", () => {
		expect(problems).toEqual([]);
	});

	return () => played;
}

function outcomeOf({ outcomes, said }: Played, title: string): Outcome {
	const outcome = outcomes.get(title);
	if (outcome === undefined) throw new Error(`it was not run; the last that the suite said:\n${said}`);
	return outcome;
}
