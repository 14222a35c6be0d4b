/**
 * Serves a built release the way GitHub does, and runs a command that installs from it:
 *
 *     bun scripts/release/serve.ts <folder> <command> [argument]…
 *
 * The command finds the address in `DYNAMIC_MCP_DOWNLOAD_BASE_URL`; its exit code is ours.
 */
import { basename, join } from "node:path";

export interface ServedRelease extends AsyncDisposable {
	/** What an installer takes for `https://github.com/…/releases`. */
	readonly baseUrl: string;
}

/** `version` is the latest release, and the only one; its files are those of `folder`. */
export function serveRelease(folder: string, version: string): ServedRelease {
	const server = Bun.serve({
		hostname: "127.0.0.1",
		port: 0,
		async fetch(request) {
			const path = new URL(request.url).pathname;
			if (path === "/releases/latest") return redirect(`/releases/tag/v${version}`);
			if (path === `/releases/tag/v${version}`) return new Response(`version ${version}\n`);
			const latest = /^\/releases\/latest\/download\/([^/]+)$/.exec(path)?.[1];
			if (latest !== undefined) return redirect(`/releases/download/v${version}/${latest}`);
			const name = path.startsWith(`/releases/download/v${version}/`) ? basename(path) : "";
			const file = Bun.file(join(folder, name));
			if (name !== "" && (await file.exists())) return new Response(file);
			return new Response(`${path} is not part of version ${version}\n`, { status: 404 });
		},
	});
	return {
		baseUrl: new URL("/releases", server.url).href,
		async [Symbol.asyncDispose]() {
			await server.stop(true);
		},
	};
}

/** A relative one; those of GitHub are absolute, and installers have to follow both. */
function redirect(location: string): Response {
	return new Response(undefined, { status: 302, headers: { Location: location } });
}

async function main([folder, ...command]: readonly string[]): Promise<number> {
	if (folder === undefined || command.length === 0) {
		await Bun.write(Bun.stderr, "usage: bun scripts/release/serve.ts <folder> <command> [argument]…\n");
		return 2;
	}
	const packageJson = join(import.meta.dir, "..", "..", "package.json");
	const { version } = (await Bun.file(packageJson).json()) as { version: string };
	await using release = serveRelease(folder, version);
	const run = Bun.spawn([...command], {
		env: { ...process.env, DYNAMIC_MCP_DOWNLOAD_BASE_URL: release.baseUrl },
		stdio: ["ignore", "inherit", "inherit"],
	});
	return await run.exited;
}

if (import.meta.main) process.exit(await main(Bun.argv.slice(2)));
