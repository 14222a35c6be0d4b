/** Forwards one tool call to its group, and its outcome back to the client. */
import { UpstreamError } from "../base/errors.ts";
import { isObject } from "../base/objects.ts";
import { byteLength } from "../base/text.ts";
import type { Catalog } from "../catalog/catalogs.ts";
import { signatureWriter } from "../catalog/signature-writer.ts";
import type { Connection } from "../protocol/connection.ts";
import { memberSpan, printText as printJson, replaceSpan, sliceSpan } from "../protocol/json-text.ts";
import type { Link, OutgoingRequest } from "../protocol/link.ts";
import { methods, type Tool } from "../protocol/mcp.ts";
import type { Outcome, Settle } from "../protocol/pending.ts";
import type { ToolCall } from "./call-params.ts";
import { callerOf } from "./caller.ts";
import { answerFailure } from "./failure.ts";
import { isToken, progressForwarder } from "./forward.ts";
import type { Group } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayState } from "./parts.ts";
import { isLarge, ownReadName, readName } from "./results/large.ts";
import { noteTask, type Session } from "./session.ts";
import { deniedTool, endedDuring, printText, timedOut, unanswered, unknownTool, wrongArguments } from "./texts.ts";

/** One call on its way. */
interface Relaying {
	/** The server has not acted on the call once already: it had lost it, or wanted somebody to sign in. */
	readonly isRepeated?: boolean;
	readonly parts: RelayState;
	readonly session: Session;
	readonly job: Job;
	readonly group: Group;
	readonly call: ToolCall;
}

/**
 * The way of nearly every call, without a pause: the group runs and the tool is known. Otherwise the call waits for
 * the group. Never throws or rejects: whatever happens is told to the client.
 */
export function relayCall(relaying: Relaying): void | Promise<void> {
	const { parts, group, call } = relaying;
	if (call.name === ownReadName) return readKept(relaying);
	const connection = parts.running(group.name);
	const catalog = connection === undefined ? undefined : parts.catalogs.current(group.name, connection);
	const tool = catalog === undefined ? undefined : findTool(catalog, group.name, call.name);
	if (connection !== undefined && tool !== undefined) return checkAndSend(relaying, connection, tool);
	return void waitAndCall(relaying);
}

async function waitAndCall(relaying: Relaying): Promise<void> {
	const { parts, session, job, group, call } = relaying;
	try {
		if (call.name === readName && (await isOurs(relaying))) return await readKept(relaying);
		const name = await fitsWhatIsKnown(relaying);
		const connection = await parts.open(group.name, callerOf(session, job));
		if (name !== undefined) return job.isOver ? undefined : send(relaying, connection, name);
		const catalog = await readCatalog(relaying, connection);
		if (job.isOver) return;
		if (catalog === "lost") return await startOver(relaying, connection);
		const tool = catalog === undefined ? undefined : findTool(catalog, group.name, call.name);
		if (tool !== undefined) await checkAndSend(relaying, connection, tool);
		else if (call.name === readName) await readKept(relaying);
		else if (catalog === undefined) send(relaying, connection, call.name);
		else await session.answer(job, printText(describeUnknown(group.name, call.name, catalog), true));
	} catch (error) {
		await answerFailure(relaying, error);
	}
}

/** A server's own tool of that name wins, as long as the id is not one that we have given out for want of knowing better. */
async function isOurs({ parts, session, group, call }: Relaying): Promise<boolean> {
	const catalog = await parts.catalogs.known(group.name);
	return catalog === undefined ? results.reading().isKept(session, call) : !catalog.byName.has(readName);
}

function readKept(relaying: Relaying): Promise<void> {
	return results.reading().readResult(relaying);
}

/** Loaded when they are first needed: most calls need nothing of them. */
const results = {
	reading: (): typeof import("./results/read-result.ts") => require("./results/read-result.ts"),
	delivery: (): typeof import("./results/deliver.ts") => require("./results/deliver.ts"),
};

function describeUnknown(group: string, name: string, { byName, denied }: Catalog): string {
	const own = name.startsWith(`${group}/`) ? name.slice(group.length + 1) : name;
	return denied.has(own) ? deniedTool(group, own) : unknownTool(group, name, byName);
}

/**
 * The tool's name when the call fits what the group offered last, so that it need not wait for a new reading. What
 * does not fit is never refused on the word of an old reading: the server may have changed.
 */
async function fitsWhatIsKnown({ parts, group, call }: Relaying): Promise<string | undefined> {
	const catalog = await parts.catalogs.known(group.name);
	const tool = catalog === undefined ? undefined : findTool(catalog, group.name, call.name);
	return tool !== undefined && parts.checkArguments(tool, call.args).length === 0 ? tool.name : undefined;
}

/**
 * Undefined when the server cannot list its tools: it may still carry them out, and explains itself best when it
 * cannot; `lost` when the connection is, for the first time. Read anew when the tool is not there: the server may have
 * got it since, without a word.
 */
async function readCatalog(
	{ parts, group, call, isRepeated }: Relaying,
	connection: Connection,
): Promise<Catalog | "lost" | undefined> {
	try {
		const wasRead = parts.catalogs.current(group.name, connection) !== undefined;
		const catalog = await parts.catalogs.of(group.name, connection);
		const isThere = findTool(catalog, group.name, call.name) !== undefined;
		return isThere || !wasRead ? catalog : await parts.catalogs.refresh(group.name, connection);
	} catch (error) {
		if (error instanceof UpstreamError && error.phase === "lost" && isRepeated !== true) return "lost";
		// The reason is told when the call itself fails.
		return undefined;
	}
}

/** The connection was lost before the call was sent. */
async function startOver(relaying: Relaying, lost: Connection): Promise<void> {
	await lost.link.closed;
	if (!relaying.job.isOver) await waitAndCall({ ...relaying, isRepeated: true });
}

/** Sends the call, or tells the model what does not fit in its arguments. */
function checkAndSend(relaying: Relaying, connection: Connection, tool: Tool): void | Promise<void> {
	const { parts, session, job, group, call } = relaying;
	const problems = parts.checkArguments(tool, call.args);
	if (problems.length === 0) return send(relaying, connection, tool.name);
	const told = wrongArguments(group.name, tool.name, problems);
	const room = group.discoveryBudget === 0 ? Number.POSITIVE_INFINITY : group.discoveryBudget - byteLength(told);
	return session.answer(
		job,
		printText(told + signatureWriter.squeezed(tool, Math.max(room, leastSignatureBytes)), true),
	);
}

/** However much there is to say of the arguments, there is room for the tool's parameters. */
const leastSignatureBytes = 500;

/** The tool of that name; `group/name` is forgiven when there is no tool of exactly that name. */
function findTool({ byName }: Catalog, group: string, name: string): Tool | undefined {
	const tool = byName.get(name);
	if (tool !== undefined || !name.startsWith(`${group}/`)) return tool;
	return byName.get(name.slice(group.length + 1));
}

function send(relaying: Relaying, connection: Connection, name: string): void {
	const { parts, session, job, group, call } = relaying;
	const token = clientToken(call);
	const { link } = connection;
	const timeoutMs = group.timeoutMs.tools;
	const isTask = call.extraText.includes('"task"');
	const request: OutgoingRequest =
		token === undefined
			? { method: methods.toolsCall, params: printParams(name, call, call.metaText), timeoutMs }
			: {
					method: methods.toolsCall,
					params: (id) => printParams(name, call, withToken(call.metaText, String(id))),
					timeoutMs,
					onProgress: progressForwarder(session, job, token, isTask),
					isTask,
				};
	// A process of ours cannot lose a call without ending, so for that nothing need be kept to make it anew.
	const canRepeat = connection.isRemote && relaying.isRepeated !== true;
	const repeat = canRepeat
		? (refusal: string | undefined) => void repeatCall(relaying, connection, name, refusal)
		: undefined;
	parts.callers.enter(link, session);
	const own: Call = {
		parts,
		session,
		job,
		link,
		group: group.name,
		tool: name,
		isTask,
		budget: group.resultBudget,
	};
	job.onCancel = link.request(request, finisher(own, repeat));
}

/** Makes the call once more: on a new connection, or, after a refusal, once somebody has signed in. */
async function repeatCall(
	relaying: Relaying,
	before: Connection,
	name: string,
	refusal: string | undefined,
): Promise<void> {
	const { parts, session, job, group } = relaying;
	try {
		if (refusal === undefined) await before.link.closed;
		const caller = callerOf(session, job, refusal);
		const connection = job.isOver ? undefined : await parts.open(group.name, caller);
		if (connection !== undefined && !job.isOver) send({ ...relaying, isRepeated: true }, connection, name);
	} catch (error) {
		await answerFailure(relaying, error);
	}
}

/** A call in flight: all that is kept alive of it, without its parsed arguments. */
interface Call {
	readonly parts: RelayState;
	readonly session: Session;
	readonly job: Job;
	readonly link: Link;
	readonly group: string;
	readonly tool: string;
	/** The client asks for a task instead of a result. */
	readonly isTask: boolean;
	/** How many bytes of text the model gets at once; 0 is no limit. */
	readonly budget: number;
}

function finisher(own: Call, repeat: ((refusal: string | undefined) => void) | undefined): Settle {
	return (outcome) => {
		const { parts, session, link, group, tool } = own;
		parts.callers.leave(link, session);
		if (outcome.kind === "unanswered") parts.abandon(link);
		parts.emit({ kind: "call", group, tool, outcome: outcome.kind });
		if (repeat !== undefined && outcome.kind === "unanswered") {
			if (outcome.remedy === "repeat") return repeat(undefined);
			if (outcome.remedy === "sign in") return repeat(outcome.problem);
		}
		return finish(own, outcome);
	};
}

function finish(own: Call, outcome: Outcome): void | Promise<void> {
	const { session, job, group, tool: name, isTask } = own;
	switch (outcome.kind) {
		case "reply":
			if (isLarge(outcome.reply, own.budget)) return results.delivery().deliverLarge({ ...own, reply: outcome.reply });
			if (isTask && outcome.reply.kind === "reply") {
				const { result } = outcome.reply;
				noteTask(session, group, isObject(result) ? result["task"] : undefined);
			}
			return session.forward(job, outcome.reply);
		case "timeout":
			return session.answer(job, printText(timedOut(group, name, outcome, "tools"), true));
		case "closed":
			return session.answer(job, printText(endedDuring(group, `the call of ${name}`, outcome.reason), true));
		case "unanswered":
			return session.answer(job, printText(unanswered(group, name, outcome.problem), true));
		case "cancelled":
			// By the client, who must get no answer.
			return undefined;
		default:
			return outcome satisfies never;
	}
}

/** The client's progress token as it wrote it, or undefined when it wants no progress. */
function clientToken({ metaText }: ToolCall): string | undefined {
	const span = metaText?.includes("progressToken") ? memberSpan(metaText, ["progressToken"]) : undefined;
	const token = metaText === undefined || span === undefined ? undefined : sliceSpan(metaText, span);
	return token === undefined || !isToken(token) ? undefined : token;
}

/** JSON text of the params of `tools/call`. The client's own `_meta` goes along, and whatever else it has put there. */
function printParams(name: string, { argsText, extraText }: ToolCall, metaText: string | undefined): string {
	const head = `{"name":${printJson(name)},"arguments":${argsText}${extraText}`;
	return metaText === undefined ? `${head}}` : `${head},"_meta":${metaText}}`;
}

/** `_meta` with our progress token in place of the client's. */
function withToken(metaText: string | undefined, token: string): string | undefined {
	const span = metaText === undefined ? undefined : memberSpan(metaText, ["progressToken"]);
	return metaText === undefined || span === undefined ? metaText : replaceSpan(metaText, span, token);
}
