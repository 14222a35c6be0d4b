/** A host of releases on this machine, as the project's own: archives, their sums, and the address of the newest. */
import { archiveName, executableName, nativeTarget } from "../../scripts/release/targets.ts";

export interface ReleaseHost extends AsyncDisposable {
	/** Under which the releases are. */
	readonly base: string;
	/** The paths that were asked for below it, in order. */
	readonly asked: string[];
	/** Puts a file there, or an act that answers; undefined takes it away. Paths begin with the version: `v9.9.9/SHA256SUMS`. */
	put(path: string, file: string | Uint8Array<ArrayBuffer> | (() => Response | Promise<Response>) | undefined): void;
	/** Publishes this program as a release for this machine, and as the newest. */
	publish(version: string, program: string | Uint8Array<ArrayBuffer>): Promise<void>;
	/** Resolves when this is asked for the next time, or was asked for since the last look. */
	isAsked(path: string): Promise<void>;
}

/** A program that does nothing but say its version. */
export function programOf(version: string): string {
	return `#!/bin/sh\ntest "$1" = --version && echo "dynamic-mcp ${version} (1a2b3c4 2026-11-22 ${nativeTarget().name})"\n`;
}

export function openReleaseHost(tls?: { cert: string; key: string }): ReleaseHost {
	const files = new Map<string, string | Uint8Array<ArrayBuffer> | (() => Response | Promise<Response>)>();
	const asked: string[] = [];
	const waiting = new Set<() => void>();
	let newest = "";

	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		idleTimeout: 0,
		...(tls === undefined ? {} : { tls }),
		async fetch({ url }) {
			const path = new URL(url).pathname.replace(/^\/releases\/(download\/)?/, "");
			asked.push(path);
			for (const look of waiting) look();
			if (path === "latest") {
				return new Response(null, { status: 302, headers: { Location: `/releases${newest && `/tag/v${newest}`}` } });
			}
			const file = files.get(path);
			if (file === undefined) return new Response("Not Found", { status: 404 });
			return typeof file === "function" ? file() : new Response(file);
		},
	});

	const put: ReleaseHost["put"] = (path, file) => {
		if (file === undefined) files.delete(path);
		else files.set(path, file);
	};

	return {
		base: tls === undefined ? `http://127.0.0.1:${server.port}/releases` : `https://localhost:${server.port}/releases`,
		asked,
		put,
		async publish(version, program) {
			const tar = new Bun.Archive({ LICENSE: "MIT", [executableName(nativeTarget())]: program });
			const archive = archiveName(nativeTarget());
			const bytes = Bun.gzipSync(await tar.bytes(), { level: 1 });
			const sum = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
			put(`v${version}/${archive}`, bytes);
			put(`v${version}/SHA256SUMS`, `${"0".repeat(64)}  install.sh\n${sum}  ${archive}\n`);
			newest = version;
		},
		isAsked(path) {
			return new Promise((resolve) => {
				const look = () => {
					if (!asked.includes(path)) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			});
		},
		[Symbol.asyncDispose]: () => server.stop(true),
	};
}
