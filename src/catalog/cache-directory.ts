/** Where the platform wants what can be had again at any time. Pure. */

/** `home` is absolute. `DYNAMIC_MCP_CACHE_DIR` counts as it is, except for a leading `~`; empty variables do not count. */
export function cacheDirectory(
	platform: NodeJS.Platform,
	env: Readonly<Record<string, string | undefined>>,
	home: string,
): string {
	const own = env["DYNAMIC_MCP_CACHE_DIR"];
	if (own) return own === "~" || /^~[\\/]/.test(own) ? home + own.slice(1) : own;
	if (platform === "darwin") return `${home}/Library/Caches/dynamic-mcp`;
	if (platform === "win32") {
		const local = env["LOCALAPPDATA"] ?? "";
		const isAbsolute = /^(?:[a-z]:[\\/]|\\\\)/i.test(local);
		return `${isAbsolute ? withoutEnd(local) : `${home}\\AppData\\Local`}\\dynamic-mcp\\Cache`;
	}
	// A relative one is invalid and to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
	const cache = env["XDG_CACHE_HOME"] ?? "";
	return `${cache.startsWith("/") ? withoutEnd(cache) : `${home}/.cache`}/dynamic-mcp`;
}

const withoutEnd = (directory: string) => directory.replace(/[\\/]+$/, "");
