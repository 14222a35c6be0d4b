/** The scripts by shell. Pure. */
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { type CommandDefinition, describeCommands } from "./model.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const makers = new Map([
	["bash", bashScript],
	["zsh", zshScript],
	["fish", fishScript],
	["powershell", powershellScript],
]);

/** Undefined for a shell that is not known. */
export function scriptFor(shell: string, commands: readonly CommandDefinition[]): string | undefined {
	return makers.get(shell)?.(describeCommands(commands));
}
