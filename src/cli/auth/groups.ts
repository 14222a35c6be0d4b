/** Which group a person means who wants to sign in, and why that may be no use. Pure. */
import { UserError } from "../../base/errors.ts";
import type { GroupConfig } from "../../config/load.ts";
import { unknownGroup } from "../inspect/find-group.ts";
import { hasOwnAuthorization, type RemoteGroup } from "../sign-in.ts";

/** Throws `UserError` when there is none of this name, with the nearest names, or when it needs no sign-in by a person. */
export function groupToSignIn(name: string, groups: readonly GroupConfig[], path: string): RemoteGroup {
	const found = groups.find((group) => group.name === name);
	if (found === undefined) throw unknownGroup(name, groups, path);
	const { server, misconfigured } = found;
	if (server.type === "stdio") {
		throw new UserError(`"${name}" needs no sign-in: it is a program on this machine`);
	}
	if (misconfigured !== undefined) {
		throw new UserError(`"${name}" cannot be used: ${misconfigured}`, { hint: `Mend it in ${path}.` });
	}
	if (hasOwnAuthorization(server)) {
		throw new UserError(`"${name}" needs no sign-in: its headers in ${path} have an Authorization of their own`, {
			hint: "To sign in instead, take that header out.",
		});
	}
	return { name, server };
}

/** Those that a person, or a machine, can sign in to. */
export function remoteGroups(groups: readonly GroupConfig[]): RemoteGroup[] {
	return groups.flatMap(({ name, server, misconfigured }) =>
		server.type === "stdio" || misconfigured !== undefined ? [] : [{ name, server }],
	);
}
