/** The config file of a command that takes nothing else: as an argument, as `serve` has it, or as an option, as others do. */
import { UserError } from "../base/errors.ts";
import { configOption } from "./inspect/options.ts";

export const configArguments = {
	file: { type: "positional", required: false, valueHint: "config", description: "The same as --config" },
	config: configOption,
} as const;

/** Undefined when none is named. Throws `UserError` when two are. */
export function namedConfig({
	file,
	config,
}: {
	file?: string | undefined;
	config?: string | undefined;
}): string | undefined {
	if (file && config)
		throw new UserError(`there are two config files: "${file}" and "${config}"`, { hint: "Name one." });
	return file || config;
}
