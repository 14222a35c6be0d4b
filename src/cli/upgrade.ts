/** `dynamic-mcp upgrade`: puts a newer version in the place of this one. */
import { isatty } from "node:tty";

import { defineCommand } from "citty";

import { repository } from "../../package.json";
import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { build } from "./build.ts";
import { homeDirectory } from "./config-file.ts";
import { printError, printOut } from "./output/print.ts";

export const upgrade = defineCommand({
	meta: { name: "upgrade", description: "Upgrade to the newest release, or go to another one" },
	args: {
		version: {
			type: "positional",
			required: false,
			description: "The version to go to, older ones included. Default: the newest",
		},
		check: {
			type: "boolean",
			description: "Only say whether there is a newer one; the exit code is 0 either way",
		},
		force: { type: "boolean", description: "Install it even if it is the version that is there" },
	},
	async run({ args }) {
		const module = await import("../upgrade/upgrade.ts");
		await module.upgrade({
			version: args.version,
			check: args.check === true,
			force: args.force === true,
			running: {
				version: build.version,
				target: build.target,
				path: process.execPath,
				isCompiled: Bun.isStandaloneExecutable,
			},
			home: homeDirectory(process.env),
			env: process.env,
			isWindows: process.platform === "win32",
			repository: repository.url.replace(/^git\+/, "").replace(/\.git$/, ""),
			clock: systemClock,
			signal: interruption(),
			tell: printOut,
			warn: printError,
			terminal: isatty(2) ? (text) => process.stderr.write(text) : undefined,
		});
	},
});

/** Ctrl-C ends it in an orderly way: what was begun is taken away again. */
function interruption(): AbortSignal {
	const controller = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
		process.once(signal, () => controller.abort(new UserError("interrupted; nothing has been changed")));
	}
	return controller.signal;
}
