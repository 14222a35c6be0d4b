/** `dynamic-mcp auth list`: who is signed in to what. Pure. */
import type { StoredSignIn } from "../../auth/types.ts";
import { printable } from "../output/printable.ts";
import type { Surface } from "../output/surface.ts";
import { type Cell, type Column, tableOf } from "../output/table.ts";
import { hasOwnAuthorization, type RemoteGroup } from "../sign-in.ts";
import { placeOf, stateOf, timeOf } from "./wording.ts";

export interface ListedGroup {
	readonly group: RemoteGroup;
	/** As the store calls it. */
	readonly resource: string;
}

type Shown = Pick<Surface, "width" | "colours">;

const columns: Column[] = [
	{ title: "GROUP" },
	{ title: "SERVER" },
	{ title: "STATE" },
	{ title: "SCOPES", isFlexible: true },
	{ title: "EXPIRES", isFlexible: true },
];

const none = "-";

/** A table without any token: a line for each group, and for what is kept of servers that the config no longer has. */
export function describeSignIns(
	groups: readonly ListedGroup[],
	kept: readonly StoredSignIn[],
	now: number,
	surface: Shown,
): string {
	const byResource = new Map(kept.map((signIn) => [signIn.resource, signIn]));
	const head = (name: string, resource: string): Cell[] => [
		{ text: printable(name), paint: surface.colours.bold },
		printable(placeOf(resource)),
	];
	const rows = groups.map(({ group, resource }) =>
		hasOwnAuthorization(group.server)
			? [...head(group.name, resource), "has its own header", none, none]
			: [...head(group.name, resource), ...cellsOf(byResource.get(resource), now, surface)],
	);
	const known = new Set(groups.map(({ resource }) => resource));
	const left = kept.filter(({ resource }) => !known.has(resource));
	rows.push(...left.map((signIn) => [...head("(no group)", signIn.resource), ...cellsOf(signIn, now, surface)]));
	if (rows.length === 0) return "No server of the config is at a URL, and no sign-in is kept.";
	return tableOf(columns, rows, surface);
}

function cellsOf(signIn: StoredSignIn | undefined, now: number, { colours }: Shown): Cell[] {
	const { tokens } = signIn ?? {};
	const state = stateOf(tokens, now);
	const expires = tokens?.expiresAt === undefined ? none : timeOf(tokens.expiresAt);
	const isRenewed = tokens?.expiresAt !== undefined && tokens.refreshToken !== undefined;
	return [
		{ text: state, paint: state === "signed in" ? colours.green : colours.yellow },
		printable(tokens?.scope || none),
		isRenewed ? `${expires}, then renewed` : expires,
	];
}
