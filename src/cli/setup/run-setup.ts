/** What `dynamic-mcp setup` does: everything is asked first, and only then is anything written. */
import { UserError } from "../../base/errors.ts";
import { clients } from "../../clients/all.ts";
import type { Machine } from "../../clients/types.ts";
import { configPath } from "../../config/file.ts";
import { carryOut } from "../connect/carry-out.ts";
import { outcomeOf } from "../connect/run-connect.ts";
import { describeFailure } from "../failure.ts";
import { chooseSightings } from "../import/choose.ts";
import { lookAround, type LookedAt, thisMachine } from "../import/look-around.ts";
import { decideImport, finishImport, say, withSomething } from "../import/run.ts";
import { openTarget } from "../import/target.ts";
import { shortPath } from "../import/wording.ts";
import { printError, printOut } from "../output/print.ts";
import { type Asker, createAsker, isPersonThere } from "../prompts/ask.ts";
import { interruptible } from "../prompts/interrupted.ts";
import { type Change, decideConnections } from "./connections.ts";

export interface SetupOptions {
	readonly output: string | undefined;
	readonly isUnattended: boolean;
	readonly isDryRun: boolean;
}

/** Resolves with the exit code. Throws `UserError` for what the person has to change. */
export async function runSetup(options: SetupOptions): Promise<number> {
	const { isUnattended, isDryRun } = options;
	const isAsking = !isUnattended && !isDryRun;
	if (isAsking && !isPersonThere()) {
		throw new UserError("there is no terminal to ask what to do", {
			hint: "To have everything imported and connected without questions: dynamic-mcp setup --yes\nTo see first what that would be: dynamic-mcp setup --dry-run",
		});
	}
	return interruptible(() => setUp(options, isAsking ? createAsker() : undefined));
}

async function setUp({ output, isDryRun }: SetupOptions, asker: Asker | undefined): Promise<number> {
	const machine = await thisMachine();
	const { home, env } = machine;
	const { path, source } = configPath(output, env, home);
	const target = await openTarget(path, home, false);
	// What lies in a folder that was cloned is taken over only by somebody who looks.
	const found = await lookAround(clients, asker === undefined ? ["global"] : ["global", "project"], machine);
	const isFirst = target.file.text === undefined;
	if (withSomething(found).length === 0 && isFirst) return nothingFound(found, machine);

	await printOut("1. Import: the servers of your clients\n\n");
	const sightings = await chosenSightings(found, asker, home);
	const decided = await decideImport({ sightings, machine, target, isDryRun, asker });
	const { entries } = decided;
	if (entries.length === 0 && isFirst) {
		await say(`There is no config at ${shortPath(path, home)} yet, so there is nothing to connect to.`);
		return decided.exitCode;
	}

	await printOut("\n2. Connect: dynamic-mcp in your clients' configs\n\n");
	const added = Object.fromEntries(entries.map(({ name, entry }) => [name, entry]));
	const connections = await decideConnections({
		found,
		machine,
		config: source === "default" ? undefined : path,
		servers: { ...target.existing, ...added },
		asker,
	});
	if (isDryRun) {
		await say("A dry run: nothing is written.");
		return Math.max(decided.exitCode, connections.exitCode);
	}
	await finishImport(target, entries);
	const carriedOut = await carryOutAll(connections.changes, home);
	if (connections.changes.length === 0) await say("No client's config was changed.");
	await say("\nTo check that all of it works: dynamic-mcp doctor");
	return Math.max(decided.exitCode, connections.exitCode, carriedOut);
}

async function chosenSightings(
	found: readonly LookedAt[],
	asker: Asker | undefined,
	home: string,
): Promise<readonly LookedAt[]> {
	const full = withSomething(found);
	return asker === undefined ? full : chooseSightings(asker, full, home);
}

/** What goes wrong with one client does not keep the others from being connected. */
async function carryOutAll(changes: readonly Change[], home: string): Promise<number> {
	let code = 0;
	for (const change of changes) {
		try {
			const backup = await carryOut(change, home);
			await say(`\n${outcomeOf(change, backup, home)}`);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			await printError(describeFailure(error));
			code = 1;
		}
	}
	return code;
}

async function nothingFound(found: readonly LookedAt[], { home }: Machine): Promise<number> {
	const files = found.map(({ client, place }) => `  ${client.title}: ${shortPath(place.path, home)}`);
	const where = files.length === 0 ? "" : ` They are not in\n${files.join("\n")}`;
	await say(`No MCP servers were found in the configs of your clients.${where}`);
	await say(
		"\nTo begin with a config of your own, write it as the example in the README shows. To put dynamic-mcp into a client's config: dynamic-mcp connect <client>",
	);
	return 0;
}
