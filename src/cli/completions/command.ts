/** `dynamic-mcp completions`: prints what has a shell complete our commands. */
import { defineCommand } from "citty";

import { UserError } from "../../base/errors.ts";
import { printOut } from "../output/print.ts";
import { type CommandDefinition, isSource } from "./model.ts";

const shells = ["bash", "zsh", "fish", "powershell"] as const;

/** `commands` is asked for when the command runs: it is one of them. */
export function createCompletionsCommand(commands: () => readonly CommandDefinition[]) {
	return defineCommand({
		meta: { name: "completions", description: "Print the script with which a shell completes commands and names" },
		args: {
			shell: { type: "positional", required: true, valueHint: shells.join("|"), description: "The shell" },
		},
		async run({ args }) {
			const { shell } = args;
			// What the scripts ask when somebody presses Tab.
			if (isSource(shell)) {
				const { printNames } = await import("./names.ts");
				return printNames(shell, args._[1]);
			}
			const { scriptFor } = await import("./scripts.ts");
			const [extra] = args._.slice(1);
			if (extra !== undefined) throw new UserError(`unexpected argument "${extra}"`);
			const script = scriptFor(shell, commands());
			if (script === undefined) {
				throw new UserError(`there are no completions for "${shell}"`, {
					hint: `There are some for ${shells.join(", ")}.`,
				});
			}
			await printOut(script);
		},
	});
}
