/** What the doctor knows of a server that did not start, and what it makes of that and of the machine. Types only. */
import type { UpstreamPhase } from "../../base/errors.ts";

/** No text in it has a secret. */
export interface Facts {
	readonly group: string;
	readonly platform: NodeJS.Platform;
	readonly configPath: string;
	/** As in ` --config servers.json`, where commands need it to find this config; else empty. */
	readonly configOption: string;
	/** Undefined: a server at a URL. */
	readonly command: string | undefined;
	readonly args: readonly string[];
	/** Without what may be a secret in it; undefined: a program. */
	readonly url: string | undefined;
	readonly transport: "stdio" | "http" | "sse" | "auto";
	/** Whether the config has headers for it. */
	readonly hasHeaders: boolean;
	/** `config`: it was not even started. */
	readonly phase: UpstreamPhase | "config";
	/** What the start has failed with. */
	readonly detail: string;
	/** The last lines of its stderr, oldest first. */
	readonly stderr: readonly string[];
	/** What it printed on stdout that is no message. */
	readonly noise: readonly string[];
	/** Commands on the PATH whose names resemble the missing one. */
	readonly nearCommands: readonly string[];
	/** Variables of the environment whose names resemble those that are not set. */
	readonly nearVariables: readonly string[];
	/** Whether the PATH is that of a desktop and not of a terminal. */
	readonly isPathShort: boolean;
	/** As in `v20.1.0`, where there is a Node.js. */
	readonly nodeVersion: string | undefined;
	readonly connectTimeoutMs: number;
}

export interface Diagnosis {
	/** What kind of trouble: a word that stays the same, for programs. */
	readonly problem: string;
	/** One sentence or two. */
	readonly cause: string;
	/** What to do, a step each. */
	readonly fix: readonly string[];
}

/** The first rule that knows what is wrong is believed. */
export interface Rule {
	readonly problem: string;
	/** Undefined when it is something else. */
	readonly explain: (facts: Facts) => Omit<Diagnosis, "problem"> | undefined;
}

/** What was looked at on this machine. */
export interface Check {
	/** A word that stays the same, for programs. */
	readonly check: string;
	readonly ok: boolean;
	/** What was found. */
	readonly message: string;
	readonly fix?: string;
}
