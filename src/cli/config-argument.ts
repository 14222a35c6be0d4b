/** The config file of a command that takes nothing else: as an argument, as `serve` has it, or as an option, as others do. */
import { existsSync } from "node:fs";

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

/** As `namedConfig`, of a command that starts servers. Throws `UserError` for a word that is no file, too: a group was meant. */
export function namedConfigAndNoGroup(args: Parameters<typeof namedConfig>[0]): string | undefined {
	const { file } = args;
	if (file && /^[\w-]+$/.test(file) && !existsSync(file)) {
		throw new UserError(`there is no config file "${file}" here`, {
			hint: "Only a config can be named, and no group: all groups of a config are looked at.",
		});
	}
	return namedConfig(args);
}
