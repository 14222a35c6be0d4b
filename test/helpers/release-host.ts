/** A host of releases on this machine, as the project's own: archives, their sums, and the address of the newest. */
import { nativeTarget } from "../../scripts/release/targets.ts";

type Answer = string | Uint8Array<ArrayBuffer> | (() => Response | Promise<Response>);

export interface ReleaseHost extends AsyncDisposable {
	/** Under which the releases are. */
	readonly base: string;
	/** The paths that were asked for below it, in order. */
	readonly asked: string[];
	/** Puts a file there, or an act that answers; undefined takes it away. Paths begin with the version: `v9.9.9/SHA256SUMS`. */
	put(path: string, file: Answer | undefined): void;
	/** Publishes this program as a release, and as the newest: for this machine unless a target is named. */
	publish(version: string, program: string | Uint8Array<ArrayBuffer>, target?: string): Promise<void>;
	/** Resolves when this is asked for the next time, or was asked for since the last look. */
	isAsked(path: string): Promise<void>;
}

/** A program that does nothing but say its version. */
export function programOf(version: string, target = nativeTarget().name): string {
	return `#!/bin/sh\ntest "$1" = --version && echo "dynamic-mcp ${version} (1a2b3c4 2026-11-22 ${target})"\n`;
}

/** An answer whose connection breaks, or goes silent, in the middle of the file. */
export function halfOf(file: Uint8Array<ArrayBuffer>, then: "breaks" | "stalls"): () => Response {
	return () => {
		let isHalfSent = false;
		const pull = (controller: ReadableStreamDefaultController) => {
			if (!isHalfSent) controller.enqueue(file.subarray(0, file.length / 2));
			else if (then === "breaks") controller.error(new Error("the connection breaks here, as the test wants it"));
			else return new Promise<void>(() => undefined);
			isHalfSent = true;
			return undefined;
		};
		return new Response(new ReadableStream({ pull }));
	};
}

export function openReleaseHost(tls?: { cert: string; key: string }): ReleaseHost {
	const files = new Map<string, Answer>();
	const sums = new Map<string, string[]>();
	const asked: string[] = [];
	const waiting = new Set<() => void>();
	let newest = "";

	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		idleTimeout: 0,
		...(tls === undefined ? {} : { tls }),
		error: () => new Response("Internal Server Error", { status: 500 }),
		fetch({ url }) {
			const path = new URL(url).pathname.replace(/^\/releases\/(download\/)?/, "");
			asked.push(path);
			for (const look of waiting) look();
			const file = files.get(path);
			if (file !== undefined) return typeof file === "function" ? file() : new Response(file);
			if (path !== "latest") return new Response("Not Found", { status: 404 });
			return new Response(null, { status: 302, headers: { Location: `/releases${newest && `/tag/v${newest}`}` } });
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
		async publish(version, program, target = nativeTarget().name) {
			const name = `dynamic-mcp-${target}.tar.gz`;
			const tar = new Bun.Archive({ LICENSE: "MIT", "README.md": "# Read me", "dynamic-mcp": program });
			const bytes = Bun.gzipSync(await tar.bytes(), { level: 1 });
			const sum = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
			const others = (sums.get(version) ?? [`${"0".repeat(64)}  install.sh`]).filter((line) => !line.endsWith(name));
			const lines = [...others, `${sum}  ${name}`].sort();
			sums.set(version, lines);
			put(`v${version}/${name}`, bytes);
			put(`v${version}/SHA256SUMS`, `${lines.join("\n")}\n`);
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
