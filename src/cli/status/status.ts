/** Does what `dynamic-mcp status` is asked for. */
import type { StoredSignIn } from "../../auth/types.ts";
import { systemClock } from "../../base/clock.ts";
import { nameFilter } from "../../base/globs.ts";
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { readLastRuns } from "../../catalog/last-runs.ts";
import { type CatalogStore, createCatalogStore, type DatedOffer } from "../../catalog/store.ts";
import { fingerprintOf } from "../../config/fingerprint.ts";
import type { Config, GroupConfig } from "../../config/load.ts";
import type { Tool } from "../../protocol/mcp.ts";
import { type AutoDecision, decideExposure } from "../../relay/auto-exposure.ts";
import { exposeTools } from "../../relay/exposure.ts";
import { printToolList } from "../../relay/meta-tools.ts";
import type { ConfigFile } from "../config-file.ts";
import { relayGroup } from "../definitions.ts";
import { type Look, lookAtAll } from "../doctor/look-at.ts";
import { type OpenGroups, withGroups } from "../inspect/open-groups.ts";
import { printError, printJson, printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { hasOwnAuthorization } from "../sign-in.ts";
import { groupStatus } from "./group-status.ts";
import { type Status, statusJson, statusText } from "./report.ts";

export interface StatusOptions {
	readonly isJson: boolean;
	/** Without it no server is started. */
	readonly isStarting: boolean;
}

/** Resolves with the exit code: 1 when a server was started and failed. Throws `UserError` for a config that cannot be used. */
export function status(file: ConfigFile, { isJson, isStarting }: StatusOptions): Promise<number> {
	return withGroups(file, async (groups) => {
		const { home } = file;
		const { config } = groups;
		const directory = cacheDirectory(process.platform, process.env, home);
		const store = createCatalogStore({ directory });
		const looks = isStarting ? await lookAtAll(groups, store) : [];
		const found = await describeAll(groups, looks, { store, directory }, home);
		const whole: Status = { ...found, path: config.path, configOption: groups.configOption, isStarted: isStarting };
		if (isJson) await printJson(statusJson(whole));
		else await printOut(statusText(whole, surfaceOf("stdout")));
		return looks.some(({ failure }) => failure !== undefined) ? 1 : 0;
	});
}

async function describeAll(
	{ config, redact }: OpenGroups,
	looks: readonly Look[],
	{ store, directory }: { readonly store: CatalogStore; readonly directory: string },
	home: string,
) {
	const now = Date.now();
	const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
	const signIns = await signInsOf(config, home);
	const all = await Promise.all(
		config.groups.map(async (group) => {
			const fingerprint = fingerprintOf(group);
			const [kept, runs] = await Promise.all([store.readDated(fingerprint), readLastRuns(directory, fingerprint)]);
			const look = looks.find((each) => each.group === group);
			const facts = { group, kept, runs, look, tokens: signIns.get(group.name)?.tokens, now, redact, countTokens };
			return { group, kept, status: groupStatus(facts) };
		}),
	);
	const auto = decideAuto(config, all);
	const tokensBehind = countTokens(ownList(config, all, auto?.expose ?? "dynamic"));
	return { groups: all.map((each) => each.status), tokensBehind, auto, now };
}

/** What a session that starts now comes to; undefined when it is not asked for. */
function decideAuto({ autoThreshold }: Config, all: readonly Kept[]): AutoDecision | undefined {
	const on = all.filter(({ group: { server, misconfigured } }) => server.enabled && misconfigured === undefined);
	if (!on.some(({ group }) => group.server.expose === "auto")) return undefined;
	const groups = on
		.filter(({ group }) => group.server.features.tools)
		.map(({ group, kept }) => ({ name: group.name, tools: kept && wantedTools(group, kept) }));
	return decideExposure(groups, autoThreshold);
}

function wantedTools({ server }: GroupConfig, { offer }: DatedOffer): Tool[] {
	const isWanted = nameFilter(server.tools ?? {});
	return offer.tools.filter(({ name }) => isWanted(name));
}

interface Kept {
	readonly group: GroupConfig;
	readonly kept: DatedOffer | undefined;
}

/** What a client loads behind dynamic-mcp, as far as it is known: our two tools, and those that are exposed directly. */
function ownList({ prefix }: Config, all: readonly Kept[], auto: AutoDecision["expose"]): string {
	const on = all.filter(({ group }) => group.server.enabled);
	const exposable = on
		.filter(({ group }) => group.server.features.tools && group.misconfigured === undefined)
		.map(({ group, kept }) => {
			const { expose } = group.server;
			return {
				name: group.name,
				expose: expose === "auto" ? auto : expose,
				tools: kept === undefined ? [] : wantedTools(group, kept),
			};
		});
	const { definitions } = exposeTools(exposable, { isPrefixed: prefix });
	const { tools } = JSON.parse(
		printToolList(
			on.map(({ group }) => relayGroup(group)),
			definitions,
		),
	) as { tools: unknown };
	return JSON.stringify(tools);
}

/** By group. Nothing is asked of a keychain where nobody can sign in. */
async function signInsOf({ groups, tokenStore }: Config, home: string): Promise<Map<string, StoredSignIn>> {
	const found = new Map<string, StoredSignIn>();
	const remote = groups.flatMap(({ name, server, misconfigured }) =>
		server.type === "stdio" || !server.enabled || misconfigured !== undefined || hasOwnAuthorization(server)
			? []
			: [{ name, key: { serverUrl: server.url, clientId: server.oauthClientId } }],
	);
	if (remote.length === 0) return found;
	const [{ openTokenStore }, { keyOf }] = await Promise.all([
		import("../../auth/token-store.ts"),
		import("../../auth/addresses.ts"),
	]);
	const onProblem = (problem: string) => void printError(`dynamic-mcp: ${problem}`);
	const kept = await openTokenStore({ kind: tokenStore, home, clock: systemClock, onProblem }).list();
	for (const { name, key } of remote) {
		const signIn = kept.find(({ resource }) => resource === keyOf(key));
		if (signIn !== undefined) found.set(name, signIn);
	}
	return found;
}
