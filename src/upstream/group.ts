/** One group's server: started when it is wanted, healed when it fails, put to rest when nobody needs it. */
import { UpstreamError, type UpstreamPhase } from "../base/errors.ts";
import type { CloseReason } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Link } from "../protocol/link.ts";
import { connect } from "./connect.ts";
import type { GroupDefinition, GroupParts } from "./definition.ts";
import { describeNext, type FailureCause, type Life, type LifeEvent, type State, step, unborn } from "./life.ts";

export interface UpstreamGroup {
	readonly state: State;
	/** The connection, if the server is running. */
	readonly running: Connection | undefined;
	/**
	 * The connection; whoever asks during a start shares it. Rejects with `UpstreamError`, also without an attempt when
	 * the last ones failed and it is too early for another one. `isPassing`: only to look at what the server offers.
	 */
	open(isPassing?: boolean): Promise<Connection>;
	/** Stops the server now unless somebody needs it: whoever opened it in passing is done. */
	rest(): void;
	/** Takes over what can be changed without a restart. */
	update(definition: GroupDefinition): void;
	/** Stops it for good. */
	close(): Promise<void>;
}

/** One run of the server, from its start to its end. */
interface Run {
	readonly connection: Promise<Connection>;
	link: Link | undefined;
	ready: Connection | undefined;
	/** Set before we stop it ourselves: its end is no failure then. */
	isStopping: boolean;
}

export function createGroup(first: GroupDefinition, parts: GroupParts): UpstreamGroup {
	const { clock, emit, redact } = parts;
	let definition = first;
	let life: Life = unborn;
	let run: Run | undefined;
	let isWanted = false;
	let isClosed = false;
	let stopTimer = () => {};
	const links = new Set<Link>();

	queueMicrotask(() => {
		if (definition.isEager || parts.isNeeded(definition.name)) void advance({ kind: "wanted" });
	});

	/** The state machine decides; what it says is done here. True when whoever wanted the server is refused. */
	function advance(event: LifeEvent): boolean {
		const { life: next, action } = step(life, event, clock.now(), parts.random());
		life = next;
		stopTimer();
		if (isClosed) return true;
		if (action === "start") start();
		const { state } = life;
		if (state.kind === "failed" && state.retryAt !== undefined) {
			stopTimer = clock.after(Math.max(0, state.retryAt - clock.now()), () => void advance({ kind: "due" }));
		}
		if (state.kind === "ready") watchIdle();
		return action === "refuse";
	}

	function start(): void {
		const { name } = definition;
		const startedAt = clock.now();
		emit({ kind: "group-starting", group: name });
		const hold = (link: Link) => {
			own.link = link;
			links.add(link);
			void link.closed.then((reason) => ended(own, link, reason));
			if (own.isStopping) void link.close();
		};
		const connection = connect(definition, parts, hold);
		const own: Run = { connection, link: undefined, ready: undefined, isStopping: false };
		run = own;
		connection.then(
			(ready) => {
				// Stopped while it was starting: what it offers belongs to a definition that no longer holds.
				if (own.isStopping) return;
				own.ready = ready;
				const server = `${JSON.stringify(ready.serverInfo)}, protocol ${ready.protocolVersion}`;
				const tookMs = clock.now() - startedAt;
				emit({ kind: "group-ready", group: name, tookMs, server });
				parts.onOutcome(name, { kind: "ready", tookMs });
				void advance({ kind: "ready" });
				parts.onReady(name, ready);
			},
			(error: unknown) => failed(own, error),
		);
	}

	/** The start has failed; the process, if there is one, is being stopped. */
	function failed(own: Run, error: unknown): void {
		if (run !== own) return;
		run = undefined;
		isWanted = false;
		if (own.isStopping || isClosed) return void advance({ kind: "rested" });
		const reason = error instanceof UpstreamError ? redact(error.detail) : "internal error";
		const lastWords = error instanceof UpstreamError ? error.lastWords : [];
		if (!(error instanceof UpstreamError)) emit({ kind: "internal", error });
		emit({ kind: "group-failed", group: definition.name, problem: `group "${definition.name}": ${reason}` });
		const phase = error instanceof UpstreamError ? error.phase : undefined;
		parts.onOutcome(definition.name, { kind: "failed", phase, problem: reason });
		void advance({ kind: "failed", failure: { reason, lastWords }, cause: causeOf(error) });
	}

	function ended(own: Run, link: Link, reason: CloseReason): void {
		links.delete(link);
		emit({ kind: "group-closed", group: definition.name, detail: reason.detail });
		// A run that never became ready fails through its connection.
		if (run !== own || own.ready === undefined) return;
		run = undefined;
		isWanted = false;
		const hadNothingToDo = reason.isClean === true && link.idleSince !== undefined && !parts.isNeeded(definition.name);
		const isInOrder = own.isStopping || (hadNothingToDo && !definition.isEager);
		if (isInOrder) return void advance({ kind: "rested" });
		const failure = { reason: reason.detail, lastWords: reason.lastWords };
		parts.onOutcome(definition.name, { kind: "failed", phase: "exit", problem: redact(reason.detail) });
		// What failed on the way to the server is no crash of its own.
		void advance({ kind: "failed", failure, cause: reason.kind === "failed" ? "silent" : "exit" });
	}

	/** Looks again when the server can have been idle for long enough. */
	function watchIdle(): void {
		stopTimer();
		const { idleTimeoutMs, isEager } = definition;
		const idleSince = run?.link?.idleSince;
		if (isEager || idleTimeoutMs === 0 || run === undefined) return;
		const now = clock.now();
		const idleMs = idleSince === undefined || parts.isNeeded(definition.name) ? 0 : now - idleSince;
		if (idleMs >= idleTimeoutMs) return stopRun();
		stopTimer = clock.after(idleTimeoutMs - idleMs, watchIdle);
	}

	function stopRun(): void {
		const own = run;
		if (own === undefined) return;
		own.isStopping = true;
		run = undefined;
		isWanted = false;
		void advance({ kind: "rested" });
		void own.link?.close();
	}

	async function open(isPassing = false): Promise<Connection> {
		const { name } = definition;
		if (isClosed) throw new UpstreamError(name, "spawn", "dynamic-mcp is stopping");
		if (!isPassing) isWanted = true;
		const isRefused = advance({ kind: "wanted" });
		const { state } = life;
		if (isRefused || run === undefined) throw refusal(state);
		try {
			return await run.connection;
		} catch (error) {
			if (!(error instanceof UpstreamError)) throw error;
			const { lastWords, phase } = error;
			const next = describeNext(life.state, clock.now());
			throw new UpstreamError(name, phase, redact(error.detail), { cause: error, lastWords, next });
		}
	}

	function refusal(state: State): UpstreamError {
		const failure = state.kind === "failed" ? state.failure : { reason: "it is not running", lastWords: [] };
		const next = describeNext(state, clock.now());
		return new UpstreamError(definition.name, "waiting", failure.reason, { lastWords: failure.lastWords, next });
	}

	function rest(): void {
		const isNeeded =
			isWanted || definition.isEager || definition.idleTimeoutMs === 0 || parts.isNeeded(definition.name);
		if (!isNeeded && life.state.kind === "ready" && run?.link?.idleSince !== undefined) stopRun();
	}

	async function close(): Promise<void> {
		isClosed = true;
		stopTimer();
		if (run !== undefined) run.isStopping = true;
		// A start that has no link yet closes it as soon as it has one.
		await Promise.allSettled([run?.connection, ...Array.from(links, (link) => link.close())]);
	}

	return {
		get state() {
			return life.state;
		},
		get running() {
			return run?.ready;
		},
		open,
		rest,
		update(changed) {
			definition = changed;
			if (life.state.kind === "ready") watchIdle();
			if (definition.isEager && life.state.kind === "idle") void advance({ kind: "wanted" });
		},
		close,
	};
}

const hopeless: ReadonlySet<UpstreamPhase> = new Set(["spawn", "refused", "sign-in"]);

/** What the same attempt would run into again waits for a change, or for somebody who wants to know. */
function causeOf(error: unknown): FailureCause {
	if (!(error instanceof UpstreamError) || hopeless.has(error.phase)) return "hopeless";
	return error.phase === "exit" ? "exit" : "silent";
}
