/** A request that is not about tools, on its way to a group or back to the client. */
import { editMembers } from "../protocol/json-text.ts";
import { errorCode, type Request } from "../protocol/jsonrpc.ts";
import { paramsOf } from "./forward.ts";
import type { Feature, Group } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayState } from "./parts.ts";
import type { Session } from "./session.ts";
import { forwardToGroup, type GroupRequest } from "./to-group.ts";

export interface FeatureRequest {
	readonly state: RelayState;
	readonly session: Session;
	readonly job: Job;
	readonly request: Request;
	/** In config order. */
	readonly groups: readonly Group[];
}

/** The params are not as they should be. */
export function refuse({ session, job }: FeatureRequest, message: string): void | Promise<void> {
	return session.refuse(job, { code: errorCode.invalidParams, message });
}

/** Sends the request on to its group, with other texts for some of its params. */
export function pass(
	asked: FeatureRequest,
	group: Group,
	feature: Feature,
	edits?: Record<string, string>,
): Promise<void> {
	return forwardToGroup(passed(asked, group, feature, edits));
}

/** The params as they came, but for the edits and our own `group`. */
export function passed(
	{ state: parts, session, job, request }: FeatureRequest,
	group: Group,
	feature: Feature,
	edits: Record<string, string> = {},
): GroupRequest {
	const given = paramsOf(request.text);
	const isPlain = Object.keys(edits).length === 0 && given?.includes('"group"') !== true;
	const params = given === undefined || isPlain ? given : editMembers(given, { ...edits, group: undefined });
	return { parts, session, job, group, method: request.method, params, feature };
}
