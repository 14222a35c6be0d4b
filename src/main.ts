/**
 * Process entry.
 *
 * Clients start this program hundreds of times a day as `dynamic-mcp`, `dynamic-mcp <config>` or
 * `dynamic-mcp serve <config>`. These three go straight to the proxy: loading the command line's parser
 * would make up a third of the start.
 */
import { openConfigFile } from "./cli/config-file.ts";
import { plainServe } from "./cli/plain-serve.ts";

try {
	const args = process.argv.slice(2);
	const plain = plainServe(args, process.env);
	if (plain === undefined) {
		const { runCommandLine } = await import("./cli/root.ts");
		await runCommandLine(args);
	} else {
		const file = openConfigFile(plain.config, process.env);
		const { runProxy } = await import("./cli/run-proxy.ts");
		process.exitCode = await runProxy({ file, logLevel: plain.logLevel });
	}
	process.exit();
} catch (error) {
	const { describeFailure } = await import("./cli/failure.ts");
	await Bun.write(Bun.stderr, `${describeFailure(error)}\n`);
	process.exit(1);
}
