/** `dynamic-mcp auth list`: who is signed in to what. Pure. */
import type { StoredSignIn } from "../../auth/types.ts";
import { hasOwnAuthorization, type RemoteGroup } from "../sign-in.ts";
import { placeOf, printable, stateOf, tableOf, timeOf } from "./wording.ts";

export interface ListedGroup {
	readonly group: RemoteGroup;
	/** As the store calls it. */
	readonly resource: string;
}

const none = "-";

/** A table without any token: a line for each group, and for what is kept of servers that the config no longer has. */
export function describeSignIns(groups: readonly ListedGroup[], kept: readonly StoredSignIn[], now: number): string {
	const byResource = new Map(kept.map((signIn) => [signIn.resource, signIn]));
	const lines = groups.map(({ group, resource }) =>
		hasOwnAuthorization(group.server)
			? [group.name, placeOf(resource), "has its own header", none, none]
			: [group.name, placeOf(resource), ...lineOf(byResource.get(resource), now)],
	);
	const known = new Set(groups.map(({ resource }) => resource));
	const left = kept.filter(({ resource }) => !known.has(resource));
	lines.push(...left.map((signIn) => ["(no group)", placeOf(signIn.resource), ...lineOf(signIn, now)]));
	if (lines.length === 0) return "No server of the config is at a URL, and no sign-in is kept.";
	return tableOf([["GROUP", "SERVER", "STATE", "SCOPES", "EXPIRES"], ...lines].map((line) => line.map(printable)));
}

function lineOf(signIn: StoredSignIn | undefined, now: number): string[] {
	const { tokens } = signIn ?? {};
	const expires = tokens?.expiresAt === undefined ? none : timeOf(tokens.expiresAt);
	const isRenewed = tokens?.expiresAt !== undefined && tokens.refreshToken !== undefined;
	return [stateOf(tokens, now), tokens?.scope || none, isRenewed ? `${expires}, then renewed` : expires];
}
