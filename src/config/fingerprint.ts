/** Tells servers apart by what they are, so that what is remembered of one is not taken for another's. Pure. */
import type { GroupConfig } from "./group.ts";

/**
 * Hex SHA-256 of the group's name and its definition as it is written, before variables are filled in.
 *
 * The name, because one program may be two servers by the values of its environment alone.
 *
 * No value of `env`, of `headers` or of a variable has a part in it, nor has `tls`: a new token or certificate leaves
 * the server the one it was.
 */
export function fingerprintOf({ name, written }: Pick<GroupConfig, "name" | "written">): string {
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
	return new Bun.CryptoHasher("sha256").update(JSON.stringify([name, definition])).digest("hex");
}
