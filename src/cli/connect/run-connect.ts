/** What `dynamic-mcp connect` does with its options. */
import { findClient } from "../../clients/all.ts";
import { afterwards } from "../../clients/our-entry.ts";
import type { Client, Machine } from "../../clients/types.ts";
import { configPath } from "../../config/file.ts";
import { thisMachine } from "../import/look-around.ts";
import { count, shortPath } from "../import/wording.ts";
import { findOurProgram, type FoundProgram } from "../our-program.ts";
import { printError, printOut } from "../output/print.ts";
import { interruptible } from "../prompts/interrupted.ts";
import { carryOut } from "./carry-out.ts";
import { findOurs, findVariables } from "./ours.ts";
import { type ConnectChange, type ConnectPlan, planConnect } from "./plan.ts";
import { type CommonOptions, isAgreed, showChange } from "./show.ts";

export interface ConnectOptions extends CommonOptions {
	readonly isReplacing: boolean;
	/** As it was typed. */
	readonly config: string | undefined;
}

/** Resolves with the exit code. Throws `UserError` for what the person has to change. */
export async function runConnect(options: ConnectOptions): Promise<number> {
	const client = findClient(options.client);
	const machine = await thisMachine();
	const { plan, program, config } = await planFor(client, machine, options);
	if (program.warning !== undefined) await printError(`Note: ${program.warning}.`);
	if (!(await Bun.file(config).exists())) {
		await printError(
			`Note: there is no config at ${shortPath(config, machine.home)} yet; dynamic-mcp import makes one.`,
		);
	}
	const path = shortPath(plan.place.path, machine.home);
	if (plan.kind === "connected") {
		await printOut(`${client.title} is connected already: ${path} starts dynamic-mcp.`);
		return 0;
	}
	await showChange(plan, machine.home);
	if (options.isDryRun) {
		await printOut(`A dry run: ${path} was not changed.`);
		return 0;
	}
	return interruptible(async () => {
		if (!(await isAgreed(`Write this into ${path}?`, options))) {
			await printOut("Nothing was changed.");
			return 0;
		}
		const backup = await carryOut(plan, machine.home);
		await printOut(outcomeOf(plan, backup, machine.home));
		return 0;
	});
}

/** What is to change in the client's file, for this program and its config. */
export async function planFor(
	client: Client,
	machine: Machine,
	options: Pick<ConnectOptions, "config" | "isReplacing" | "isGlobal" | "isProject">,
): Promise<{ plan: ConnectPlan; program: FoundProgram; config: string }> {
	const { home, env } = machine;
	const config = configPath(options.config, env, home);
	const running = { execPath: process.execPath, isCompiled: Bun.isStandaloneExecutable, script: Bun.main, env, home };
	const program = await findOurProgram(running, config.source === "default" ? [] : [config.path]);
	const isReplaced = options.isReplacing ? await findOurs(config.path, home) : () => false;
	const scope = options.isProject && !options.isGlobal ? "project" : "global";
	const ours = { ...program, variables: await findVariables(config.path, home) };
	const plan = await planConnect(client, { machine, scope, program: ours, isReplaced });
	return { plan, program, config: config.path };
}

/** What has been done, and what to do next. */
export function outcomeOf(change: ConnectChange, backup: string | undefined, home: string): string {
	const { client, place, replaced, elsewhere, isRenewed } = change;
	const path = shortPath(place.path, home);
	const lines = [
		isRenewed
			? `${client.title}: ${path} starts the right dynamic-mcp now.`
			: `${client.title} is connected: ${path} starts dynamic-mcp.`,
	];
	if (replaced.length > 0) {
		lines.push(
			`Taken out there, since dynamic-mcp has ${replaced.length === 1 ? "it" : "them"}: ${replaced.join(", ")} (${count(replaced.length, "server")}).`,
		);
	}
	for (const { path, names } of elsewhere) {
		const them = names.length === 1 ? "it" : "them";
		lines.push(
			`Still in ${shortPath(path, home)}, and in dynamic-mcp: ${names.join(", ")}. Take ${them} out there by hand.`,
		);
	}
	if (backup !== undefined) lines.push(`The file as it was is kept in ${shortPath(backup, home)}.`);
	// A sentence a line, so that each fits a terminal's width.
	lines.push(
		...afterwards(client.id, client.title, place.scope).split(/(?<=\.) (?=[A-Z])/),
		`To undo it: dynamic-mcp disconnect ${client.id}`,
	);
	return lines.join("\n");
}
