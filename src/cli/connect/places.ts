/** Whose a file is that more than one client reads. */
import { clients } from "../../clients/all.ts";
import type { Client, Machine, Place } from "../../clients/types.ts";

/** The client only reads it, and another one writes it: that it is there says nothing of this client. */
export function isOthers(client: Client, place: Place, machine: Machine): boolean {
	if (!place.isReadOnly) return false;
	const isIts = ({ path, isReadOnly }: Place) => path === place.path && !isReadOnly;
	return clients.some((other) => other !== client && other.places(machine).some(isIts));
}
