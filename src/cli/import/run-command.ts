/** What `dynamic-mcp import` does with its options. */
import { UserError } from "../../base/errors.ts";
import { clients, findClient } from "../../clients/all.ts";
import type { Client, Machine, Scope } from "../../clients/types.ts";
import { configPath } from "../../config/file.ts";
import { printError } from "../output/print.ts";
import { type Asker, createAsker, isPersonThere } from "../prompts/ask.ts";
import { interruptible } from "../prompts/interrupted.ts";
import { chooseSightings } from "./choose.ts";
import { lookAround, type LookedAt, thisMachine } from "./look-around.ts";
import { decideImport, finishImport, withSomething } from "./run.ts";
import { openTarget } from "./target.ts";
import { count, shortPath } from "./wording.ts";

export interface ImportOptions {
	readonly client: string | undefined;
	readonly isGlobal: boolean;
	readonly isProject: boolean;
	readonly output: string | undefined;
	readonly isForced: boolean;
	readonly isUnattended: boolean;
	readonly isDryRun: boolean;
}

/** Resolves with the exit code. Throws `UserError` for what the person has to change. */
export async function runImportCommand(options: ImportOptions): Promise<number> {
	const { client: name, isForced, isDryRun } = options;
	const client = name === undefined ? undefined : findClient(name);
	const machine = await thisMachine();
	const { path } = configPath(options.output, machine.env, machine.home);
	const target = await openTarget(path, machine.home, isForced);
	const asker = options.isUnattended || isDryRun || !isPersonThere() ? undefined : createAsker();
	return interruptible(async () => {
		const sightings = await sightingsFor(client, machine, asker, options);
		const { exitCode, entries } = await decideImport({ sightings, machine, target, isDryRun, asker });
		if (!isDryRun) await finishImport(target, entries);
		return exitCode;
	});
}

/** Throws `UserError` when there is nothing, or too much to decide about for nobody. */
async function sightingsFor(
	client: Client | undefined,
	machine: Machine,
	asker: Asker | undefined,
	{ isGlobal, isProject, isUnattended, isDryRun }: ImportOptions,
): Promise<LookedAt[]> {
	const wanted: Scope[] = isGlobal === isProject ? ["global", "project"] : [isGlobal ? "global" : "project"];
	if (client !== undefined) {
		const found = await lookAround([client], wanted, machine);
		if (found.length === 0) throw notThere(client, wanted, machine);
		return found;
	}
	const found = withSomething(await lookAround(clients, wanted, machine));
	if (asker !== undefined) return chooseSightings(asker, found, machine.home);
	if (!isUnattended && !isDryRun && found.length > 0) throw whichOne(found, machine.home);
	const atHome = found.filter(({ place }) => place.scope === "global");
	if (isProject || atHome.length === found.length) return found;
	// What lies in a folder that was cloned is not taken over by somebody who does not look.
	await printError("This project's files are left out. For them: dynamic-mcp import --project\n\n");
	return atHome;
}

function notThere({ id, title, ...client }: Client, scopes: readonly Scope[], machine: Machine): UserError {
	const places = client.places(machine).filter(({ scope }) => scopes.includes(scope));
	if (places.length === 0) {
		const other = scopes.includes("global") ? "--project" : "--global";
		const what = scopes.includes("global") ? "in your home folder" : "for a project";
		return new UserError(`${title} has no such file ${what}`, { hint: `Try dynamic-mcp import ${id} ${other}` });
	}
	const looked = places.map(({ path }) => `  ${shortPath(path, machine.home)}`);
	return new UserError(`no config of ${title} was found; there is none of\n${[...new Set(looked)].join("\n")}`, {
		hint: "See which clients have servers: dynamic-mcp import --dry-run",
	});
}

function whichOne(found: readonly LookedAt[], home: string): UserError {
	const rows = found.map(({ client, place, ...sighting }) => {
		const what = "servers" in sighting ? count(sighting.servers.length, "server") : "cannot be read";
		return [`dynamic-mcp import ${client.id} --${place.scope}`, `${what}, ${shortPath(place.path, home)}`] as const;
	});
	const width = Math.max(...rows.map(([command]) => command.length));
	const lines = rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
	return new UserError(`there is no terminal to ask which clients to import from; say which:\n${lines.join("\n")}`, {
		hint: "Or all of those in your home folder: dynamic-mcp import --yes",
	});
}
