/** Starts groups at the same time and reads something of each. */
import { UpstreamError, UserError } from "../../base/errors.ts";
import type { Config, GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import type { Feature } from "../../relay/group.ts";
import { type Failure, failureOf, upstreamFailure } from "./failure.ts";
import { findGroup } from "./find-group.ts";
import { unlessInterrupted } from "./interruption.ts";
import { type OpenGroups, redacted } from "./open-groups.ts";

export type Look<T> = { readonly group: GroupConfig } & (
	| { readonly kind: "seen"; readonly value: T; readonly connection: Connection }
	| { readonly kind: "failed"; readonly failure: Failure }
);

/** The group of that name, or all that are enabled. Throws `UserError` when there is none, or it has the feature switched off. */
export function groupsWith(feature: Feature, name: string | undefined, config: Config): GroupConfig[] {
	if (name === undefined) return config.groups.filter(({ server }) => server.enabled && server.features[feature]);
	const group = findGroup(name, config);
	if (group.server.features[feature]) return [group];
	throw new UserError(`"${name}" has its ${feature} switched off: features.${feature} is false in ${config.path}`);
}

/** In the given order. What `read` cannot have of a group, by an `UpstreamError`, is that group's failure. */
export async function lookInto<T>(
	groups: OpenGroups,
	wanted: readonly GroupConfig[],
	read: (connection: Connection, group: GroupConfig) => Promise<T>,
): Promise<Look<T>[]> {
	const waiting = new Set(wanted.map(({ name }) => name));
	const tell = () => groups.status.show(`Waiting for ${[...waiting].join(", ")} …`);
	tell();
	const reading = wanted.map(async (group) => {
		const look = await lookAt(groups, group, read);
		waiting.delete(group.name);
		if (waiting.size > 0) tell();
		return look;
	});
	const looks = await unlessInterrupted(groups.signal, Promise.all(reading));
	groups.status.clear();
	return looks;
}

async function lookAt<T>(
	groups: OpenGroups,
	group: GroupConfig,
	read: (connection: Connection, group: GroupConfig) => Promise<T>,
): Promise<Look<T>> {
	const started = await groups.start(group);
	if (started.kind !== "ready") return { kind: "failed", group, failure: failureOf(started, groups) };
	const { connection } = started;
	try {
		return { kind: "seen", group, value: await read(connection, group), connection };
	} catch (error) {
		if (!(error instanceof UpstreamError)) throw error;
		return { kind: "failed", group, failure: upstreamFailure(redacted(error, groups.redact), groups) };
	}
}

/** 1 when nothing at all could be seen of what was asked for. */
export function exitCodeOf(looks: readonly Look<unknown>[]): number {
	return looks.length > 0 && looks.every(({ kind }) => kind === "failed") ? 1 : 0;
}
