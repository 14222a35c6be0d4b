/** Puts the groups' status into a table, and into JSON. Pure. */
import type { AutoDecision } from "../../relay/auto-exposure.ts";
import { duration } from "../doctor/report.ts";
import { printable } from "../output/printable.ts";
import type { Paint, Surface } from "../output/surface.ts";
import { type Column, tableOf } from "../output/table.ts";
import { typedWord } from "../output/typed-word.ts";
import { cut, wrap, wrapWords } from "../output/wrap.ts";
import type { GroupState, GroupStatus } from "./group-status.ts";

export interface Status {
	/** Of the config file. */
	readonly path: string;
	/** As in ` --config servers.json`, where commands need it to find this config; else empty. */
	readonly configOption: string;
	readonly groups: readonly GroupStatus[];
	/** Of the client's own list behind dynamic-mcp, whatever the number of servers. */
	readonly tokensBehind: number;
	/** What `expose: "auto"` comes to; undefined when no group has it. */
	readonly auto: AutoDecision | undefined;
	/** Whether the servers were started. */
	readonly isStarted: boolean;
	/** Milliseconds since 1970. */
	readonly now: number;
}

type Shown = Pick<Surface, "width" | "colours">;

/** The shape is documented in docs/commands.md. */
export function statusJson({ path, groups, tokensBehind, auto }: Status): unknown {
	return {
		config: path,
		groups: groups.map(({ readAt, ranAt, startMs, lastError, ...group }) => ({
			...group,
			readAt: timeOf(readAt),
			ranAt: timeOf(ranAt),
			startMs: startMs === undefined ? undefined : Math.round(startMs),
			lastError: lastError && { ...lastError, at: timeOf(lastError.at) },
		})),
		tokens: { direct: tokensDirect(groups), behind: tokensBehind },
		...(auto === undefined ? {} : { auto }),
	};
}

/** JSON leaves out what is undefined. */
const timeOf = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

export function statusText(whole: Status, surface: Shown): string {
	const { path, groups, configOption, tokensBehind, auto, isStarted, now } = whole;
	if (groups.length === 0) return `${path} has no servers.`;
	const columns: Column[] = [
		{ title: "GROUP" },
		{ title: "STATE" },
		{ title: "SERVER", isFlexible: true },
		{ title: "VERSION" },
		{ title: "TOOLS", align: "right" },
		{ title: "TOKENS", align: "right" },
		{ title: "START", align: "right" },
		...(isStarted ? [] : [{ title: "AGE", align: "right" } as const]),
	];
	// So that a group has one line, if its name is not long.
	const serverWidth = Math.max(leastServer, surface.width - (isStarted ? 57 : 63));
	const rows = groups.map((group) => [
		{ text: printable(group.name), paint: surface.colours.bold },
		{ text: states[group.state], paint: paintOf(group.state, surface) },
		cut(printable(serverOf(group)), serverWidth),
		cut(printable(group.version ?? ""), 12),
		group.tools === undefined ? "" : String(group.tools),
		group.tokens === undefined ? "" : group.tokens.toLocaleString("en-US"),
		group.startMs === undefined ? "" : duration(group.startMs),
		...(isStarted ? [] : [ageOf(group.ranAt ?? group.readAt, now)]),
	]);
	const notes = groups.flatMap((group) => noteOf(group, whole, surface));
	return [
		tableOf(columns, rows, surface),
		...(notes.length === 0 ? [] : [notes.join("\n")]),
		costs(groups, tokensBehind, surface),
		...(auto === undefined ? [] : [wrap(describeAuto(auto), surface.width).join("\n")]),
		...(isStarted ? [] : unread(groups, configOption, surface)),
		...unwell(groups, configOption, surface),
	].join("\n\n");
}

/** What a server that works has failed with is shown for a day. */
const recentMs = 24 * 60 * 60 * 1000;

const leastServer = 17;

const states: Readonly<Record<GroupState, string>> = {
	disabled: "off",
	misconfigured: "wrong",
	"sign-in": "sign in",
	ready: "works",
	failed: "failed",
	known: "known",
	unknown: "not seen",
};

function paintOf(state: GroupState, { colours }: Shown): Paint {
	if (state === "ready" || state === "known") return colours.green;
	if (state === "failed" || state === "misconfigured") return colours.red;
	return state === "sign-in" ? colours.yellow : colours.dim;
}

/** A command by the name of its program, without the way to it, and with what tells it from others. */
function serverOf({ server, transport }: GroupStatus): string {
	if (transport !== "stdio") return transport === "sse" ? `${server} (sse)` : server;
	const [program = "", ...args] = server.split(" ");
	const base = (path: string) => path.replace(/^.*[\\/](?=[^\\/]+[\\/][^\\/]+[\\/][^\\/]+$)/, "…/");
	return [program.replace(/^.*[\\/]/, ""), ...args.map(base)].join(" ");
}

function noteOf(group: GroupStatus, { now, configOption }: Status, { width, colours }: Shown): string[] {
	const { name, state, error, lastError, signIn } = group;
	const label = colours.bold(printable(name));
	if (state === "sign-in")
		return [`${label}: sign in with: dynamic-mcp auth ${printable(typedWord(name))}${configOption}`];
	const note = (text: string) => [`${label}: ${cut(printable(text), width - Bun.stringWidth(name) - 2)}`];
	if (error !== undefined) return note(error);
	if (lastError !== undefined && now - lastError.at < recentMs) {
		const age = ageOf(lastError.at, now);
		return note(`failed ${age === "now" ? "just now" : `${age} ago`}: ${lastError.problem}`);
	}
	return signIn === "signed in" ? note(signIn) : [];
}

/** Of those that the client would have: all that are switched on, and known. */
function tokensDirect(groups: readonly GroupStatus[]): number {
	return groups.reduce((sum, { state, tokens = 0 }) => (state === "disabled" ? sum : sum + tokens), 0);
}

function costs(groups: readonly GroupStatus[], behind: number, { width, colours }: Shown): string {
	const direct = tokensDirect(groups);
	const text = (count: number) => `${count.toLocaleString("en-US")} tokens`;
	if (direct === 0) return wrap(`A client loads ${text(behind)} at its start.`, width).join("\n");
	const share = Math.round((behind / direct) * 100);
	const line = `A client that has these servers directly loads ${text(direct)} at its start; behind dynamic-mcp it loads ${text(behind)}, ${share < 1 ? "less than 1" : share} % of that.`;
	return wrap(line, width).map(colours.cyan).join("\n");
}

/** Why tools stand in the client's own list, or do not. */
function describeAuto({ expose, tokens, threshold, unknown }: AutoDecision): string {
	const found = `all definitions are about ${tokens.toLocaleString("en-US")} tokens`;
	const limit = `settings.autoThreshold, ${threshold.toLocaleString("en-US")}`;
	if (expose === "direct")
		return `expose "auto": tools stand in the client's own list, as ${found}, less than ${limit}.`;
	if (unknown.length === 0)
		return `expose "auto": tools are found through the two tools, as ${found}, not less than ${limit}.`;
	return `expose "auto": tools are found through the two tools, as it is not known yet what ${unknown.map(printable).join(", ")} offer${unknown.length === 1 ? "s" : ""}.`;
}

function unread(groups: readonly GroupStatus[], configOption: string, { width }: Shown): string[] {
	const count = groups.filter(({ state }) => state === "unknown").length;
	if (count === 0) return [];
	const what = count === 1 ? "a server offers" : `${count} servers offer`;
	const line = `It is not known yet what ${what}: dynamic-mcp status --start${configOption} asks, and counts it, too.`;
	return [wrapWords(line, width).join("\n")];
}

function unwell(groups: readonly GroupStatus[], configOption: string, { width }: Shown): string[] {
	const isUnwell = groups.some(({ state }) => state === "failed" || state === "misconfigured");
	const line = `What fails is explained by: dynamic-mcp doctor${configOption}`;
	return isUnwell ? [wrapWords(line, width).join("\n")] : [];
}

/** Of what is known, in at most six characters. */
function ageOf(at: number | undefined, now: number): string {
	if (at === undefined) return "";
	const minutes = Math.floor(Math.max(0, now - at) / 60_000);
	if (minutes < 1) return "now";
	if (minutes < 60) return `${minutes} min`;
	return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
