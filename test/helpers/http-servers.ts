/** Real MCP servers at a URL, as processes of their own. */
import { resolve } from "node:path";

import type { StreamableMode } from "../fixtures/http/streamable.ts";
import { cleanEnvironment } from "./binary.ts";
import { openProgram, type Program } from "./program.ts";
import { officialServer } from "./servers.ts";
import { openTempDir } from "./temp-dir.ts";

/** Those of `test/fixtures/http`, and the official `server-everything` with either of its transports. */
export type HttpServerName = StreamableMode | "sse" | "everything" | "everything-sse";

export interface HttpServer extends AsyncDisposable {
	/** Of the endpoint, as it belongs into a config. */
	readonly url: string;
	readonly port: number;
	readonly transport: "http" | "sse";
	/** The next line it prints that matches, be it already there; see `test/fixtures/http/report.ts`. */
	nextLine: Program["nextLine"];
	/** Every line since it was last started. */
	lines: Program["lines"];
	/** Kills it, which cuts its connections. */
	stop(): Promise<void>;
	/** Stops it when it runs, and starts it at the same port; it has forgotten everything. */
	restart(): Promise<void>;
}

/** Plenty, for a machine that starts many at a time. */
const startMs = 15_000;

export async function startHttpServer(name: HttpServerName): Promise<HttpServer> {
	const directory = openTempDir();
	const launch = (port: number) => {
		const { command, env } = programOf(name, port);
		return openProgram({ command, cwd: directory.path, env: cleanEnvironment(directory.path, env) });
	};
	const transport = name.endsWith("sse") ? "sse" : "http";
	let program = launch(0);

	const dispose = async () => {
		await program.kill();
		await directory[Symbol.asyncDispose]();
	};

	try {
		const port = await portOf(program);
		return {
			url: `http://127.0.0.1:${port}/${transport === "sse" ? "sse" : "mcp"}`,
			port,
			transport,
			nextLine: (wanted) => program.nextLine(wanted),
			lines: () => program.lines(),
			stop: () => program.kill(),
			async restart() {
				await program.kill();
				program = launch(port);
				await portOf(program);
			},
			[Symbol.asyncDispose]: dispose,
		};
	} catch (error) {
		await dispose();
		throw error;
	}
}

async function portOf(program: Program): Promise<number> {
	return Number(await program.nextLine(/^\d+$/, startMs));
}

interface Launch {
	command: readonly string[];
	env?: Record<string, string>;
}

function programOf(name: HttpServerName, port: number): Launch {
	const folder = resolve(import.meta.dir, "../fixtures/http");
	if (name !== "everything" && name !== "everything-sse") {
		return { command: [process.execPath, `${folder}/server.ts`, name, String(port)] };
	}
	// It prints only the port it asked for, and a port that a test finds free may be taken by the time it starts.
	const { command, args } = officialServer("everything", name === "everything" ? "streamableHttp" : "sse");
	return {
		command: [command, "--preload", `${folder}/announce-port.ts`, ...args],
		env: { PORT: String(port) },
	};
}
