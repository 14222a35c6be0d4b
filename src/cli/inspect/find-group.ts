/** Which group of the config a person means. Pure. */
import { UserError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Config, GroupConfig } from "../../config/load.ts";

/** Throws `UserError` when there is none of this name, with the nearest names, or when it is switched off. */
export function findGroup(name: string, { groups, path }: Pick<Config, "groups" | "path">): GroupConfig {
	const found = groups.find((group) => group.name === name);
	if (found === undefined) throw unknownGroup(name, groups, path);
	if (!found.server.enabled) {
		throw new UserError(`"${name}" is switched off: its "enabled" is false in ${path}`, {
			hint: "Take that out, or set it to true.",
		});
	}
	return found;
}

export function unknownGroup(name: string, groups: readonly GroupConfig[], path: string): UserError {
	const names = groups.map((group) => group.name);
	const close = nearest(name, names);
	const hint =
		close.length > 0
			? `Did you mean ${close.map((name) => `"${name}"`).join(" or ")}?`
			: `It has ${names.length === 0 ? "no groups" : names.map((name) => `"${name}"`).join(", ")}.`;
	return new UserError(`there is no group "${name}" in ${path}`, { hint });
}
