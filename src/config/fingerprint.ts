/** Tells servers apart by what they are, so that what is remembered of one is not taken for another's. Pure. */
import type { GroupConfig } from "./group.ts";

/**
 * Hex SHA-256 of the definition as it is written, before variables are filled in.
 *
 * No value of `env`, of `headers` or of a variable has a part in it: a new token leaves the server the one it was.
 */
export function fingerprintOf({ written }: Pick<GroupConfig, "written">): string {
	const definition =
		written.type === "stdio"
			? {
					type: written.type,
					command: written.command,
					args: written.args,
					env: Object.keys(written.env).sort(),
					unsetEnv: [...written.unsetEnv].sort(),
					envFile: written.envFile,
					cwd: written.cwd,
				}
			: { type: written.type, url: written.url, headers: Object.keys(written.headers).sort() };
	return new Bun.CryptoHasher("sha256").update(JSON.stringify(definition)).digest("hex");
}
