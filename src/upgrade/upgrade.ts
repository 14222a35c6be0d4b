/** `dynamic-mcp upgrade`, from what was asked for to what is told. */
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";

import type { Clock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { type Download, findRedirect } from "./download.ts";
import { explainFailure } from "./failure.ts";
import { install } from "./install.ts";
import { adviseOn, findOrigin, installLine, type Origin } from "./origin.ts";
import { describeCheck, planUpgrade } from "./plan.ts";
import { createProgress } from "./progress.ts";
import { readReceipt, type Receipt, receiptPath } from "./receipt.ts";
import { latestUrl, parseBaseUrl, parseVersion, shown, taggedVersion } from "./release.ts";

export interface Upgrade {
	/** As it was given; undefined for the newest. */
	readonly version: string | undefined;
	/** Only look. */
	readonly check: boolean;
	/** Install the same version again, too. */
	readonly force: boolean;
	/** What runs now. */
	readonly running: {
		readonly version: string;
		readonly target: string;
		/** Of the executable. */
		readonly path: string;
		readonly isCompiled: boolean;
	};
	readonly home: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly isWindows: boolean;
	/** `https://github.com/<owner>/<name>` */
	readonly repository: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** For what the person wants to know. */
	readonly tell: (text: string) => Promise<void>;
	/** For what is worth a warning. */
	readonly warn: (text: string) => Promise<void>;
	/** Where a terminal shows how far it is; undefined when nobody looks. */
	readonly terminal: ((text: string) => void) | undefined;
}

/** Throws `UserError` for whatever the person has to change; the installed program then is what it was. */
export async function upgrade(request: Upgrade): Promise<void> {
	const { running, tell } = request;
	const pinned = readRequest(request);
	const file = receiptPath(request.home);
	const path = await resolveLinks(running.path);
	const receipt = await resolveReceipt(file);
	const origin = findOrigin({ path, isCompiled: running.isCompiled, receipt, env: request.env });
	const base = baseUrl(request, origin, file);
	const options = downloadOptions(request);

	if (request.check) {
		const newest = await newestVersion(base, options);
		return tell(describeCheck(running.version, newest, upgradeCommand(request, origin, path)));
	}
	if (origin.kind !== "installer") throw notOurs(request, origin, path, pinned, receipt);
	const wanted = pinned ?? (await newestVersion(base, options));
	const wish = { current: running.version, wanted, isPinned: pinned !== undefined, force: request.force };
	const plan = planUpgrade(wish);
	await tell(plan.text);
	if (plan.kind === "replace")
		await replace(request, { base, version: wanted, receipt: origin.receipt, file, options });
}

/** Refuses what cannot be meant. Returns the version that was named. */
function readRequest({ version, check, force, env }: Upgrade): string | undefined {
	const disabled = env["DYNAMIC_MCP_DISABLE_UPGRADE"];
	if (disabled && disabled !== "0") {
		throw new UserError(`upgrading is switched off: DYNAMIC_MCP_DISABLE_UPGRADE is set to "${disabled}"`, {
			hint: "Whoever set it sees to new versions. To upgrade all the same, unset it.",
		});
	}
	if (check && (version !== undefined || force)) {
		const other = force ? "--force" : `the version ${version}`;
		throw new UserError(`--check only looks for the newest release: it cannot be used with ${other}`);
	}
	if (version === undefined) return undefined;
	const parsed = parseVersion(version);
	if (parsed !== undefined) return parsed;
	throw new UserError(`"${version}" is not a version`, { hint: "Use one like 2.1.0, or none for the newest." });
}

/** `DYNAMIC_MCP_DOWNLOAD_BASE_URL`, else where the installer had it from, else the project's own. */
function baseUrl({ env, repository }: Upgrade, origin: Origin, receiptFile: string): URL {
	const variable = "DYNAMIC_MCP_DOWNLOAD_BASE_URL";
	const given = env[variable];
	if (given) return parseBaseUrl(given, variable);
	const noted = origin.kind === "installer" ? origin.receipt.baseUrl : undefined;
	return noted ? parseBaseUrl(noted, `baseUrl in ${receiptFile}`) : new URL(`${repository}/releases`);
}

async function newestVersion(base: URL, options: Download): Promise<string> {
	const url = latestUrl(base);
	const version = await findRedirect(url, options, taggedVersion);
	if (version !== undefined) return version;
	throw new UserError(`found no newest release: ${shown(url)} does not lead to one`, {
		hint: "Name the version: dynamic-mcp upgrade <version>. If you use a mirror, see DYNAMIC_MCP_DOWNLOAD_BASE_URL.",
	});
}

interface Replacement {
	readonly base: URL;
	readonly version: string;
	readonly receipt: Receipt;
	readonly file: string;
	readonly options: Download;
}

async function replace(request: Upgrade, { base, version, receipt, file, options }: Replacement): Promise<void> {
	const { running, isWindows, terminal, tell, warn, repository } = request;
	const progress = terminal && createProgress(`downloading dynamic-mcp ${version}`, terminal);
	const installation = {
		base,
		version,
		target: running.target,
		receipt,
		receiptFile: file,
		isWindows,
		download: progress === undefined ? options : { ...options, onProgress: progress.onProgress },
		onDownloaded: () => progress?.end(),
	};
	let troubles: readonly string[];
	try {
		troubles = await install(installation);
	} catch (error) {
		// Ctrl-C ends what we have started as well, which then fails for no reason of its own.
		request.signal.throwIfAborted();
		throw await explainFailure(
			error,
			dirname(receipt.path),
			installLine({ repository, version: undefined, isWindows }),
		);
	}
	for (const trouble of troubles) await warn(trouble);
	await tell(`Done: ${receipt.path} is dynamic-mcp ${version}.`);
	await tell(`Restart your client to use it: what is running goes on with ${running.version}.`);
}

function downloadOptions({ clock, signal, running }: Upgrade): Download {
	return { clock, signal, userAgent: `dynamic-mcp/${running.version}` };
}

/** With its path resolved as that of the running program is. */
async function resolveReceipt(file: string): Promise<Receipt | undefined> {
	const receipt = await readReceipt(file);
	return receipt === undefined ? undefined : { ...receipt, path: await resolveLinks(receipt.path) };
}

/** As it is when there is nothing at this path. */
async function resolveLinks(path: string): Promise<string> {
	// Linux says so of a program whose file was replaced a moment ago, by an upgrade at the same time.
	return realpath(path.replace(/ \(deleted\)$/, "")).catch(() => path);
}

function upgradeCommand({ repository, isWindows }: Upgrade, origin: Origin, path: string): string {
	if (origin.kind === "installer") return "dynamic-mcp upgrade";
	return adviseOn(origin, { path, version: undefined, repository, isWindows }).command;
}

function notOurs(
	{ repository, isWindows }: Upgrade,
	origin: Exclude<Origin, { kind: "installer" }>,
	path: string,
	version: string | undefined,
	receipt: Receipt | undefined,
): UserError {
	const { found, command } = adviseOn(origin, { path, version, repository, isWindows });
	const other = receipt === undefined || origin.kind === "source" ? "" : `\nThe installer's is ${receipt.path}`;
	return new UserError(`${found}${other}`, { hint: `Run: ${command}` });
}
