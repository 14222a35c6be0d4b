/** `dynamic-mcp auth <group>`: has a person sign in who sits at a terminal, maybe on another machine than the browser. */
import type { SignIn, SignIns } from "../../auth/sign-in.ts";
import type { TokenStore } from "../../auth/types.ts";
import { abortable } from "../../base/abortable.ts";
import { UserError } from "../../base/errors.ts";
import { printable } from "../output/printable.ts";
import type { StatusLine } from "../output/status-line.ts";
import type { Terminal } from "./terminal.ts";
import { placeOf, untilOf } from "./wording.ts";

export interface LogInOptions {
	readonly name: string;
	readonly resource: string;
	readonly signIns: SignIns;
	readonly store: Pick<TokenStore, "read">;
	readonly terminal: Terminal;
	/** Says what is waited for before there is anything to tell. */
	readonly status: StatusLine;
	/** Why no browser is opened on this machine, as far as is known beforehand. */
	readonly whyNoBrowser: (url: string) => string | undefined;
	readonly signal: AbortSignal;
}

/** Throws `UserError` when there are no tokens at the end, or the signal's reason. */
export async function logIn(options: LogInOptions): Promise<void> {
	const { name, resource, signIns, store, terminal, status, signal } = options;
	try {
		status.show(`Asking ${printable(placeOf(resource))} where to sign in …`);
		const signIn = await signIns.begin(signal).finally(status.clear);
		if (signIn !== undefined) await waitFor(signIn, options);
		const tokens = (await store.read(resource))?.tokens;
		const until = tokens === undefined ? "" : untilOf(tokens);
		await terminal.tell(`Signed in to ${name} (${printable(placeOf(resource))})${until}.`);
	} finally {
		// The page that says so is still on its way to the browser.
		await signIns.close();
	}
}

async function waitFor(signIn: SignIn, options: LogInOptions): Promise<void> {
	const { name, signIns, terminal, whyNoBrowser, signal } = options;
	await terminal.tell(`To sign in to ${name}, open this address:\n\n${printable(signIn.url)}\n`);
	const why = whyNoBrowser(signIn.url);
	const opened = signIn.isBrowserOpened
		? "A browser shows it."
		: `No browser was opened${why === undefined ? "" : `: ${why}`}.`;
	await terminal.hint(
		`${opened}\nIf the browser is on another machine, its last page will not load:\npaste the address of that page here. It begins with\n${signIn.redirectUri}?`,
	);
	const stopReading = terminal.readLines(async (line) => {
		if (line.trim() === "") return;
		try {
			await signIns.paste(line);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			await terminal.hint(`${error.message}${error.hint === undefined ? "" : `. ${error.hint}`}`);
		}
	});
	try {
		const ending = await abortable(signIn.ending, signal);
		if (ending.kind === "signed-in") return;
		throw new UserError(`not signed in to ${name}: ${printable(ending.reason)}`);
	} finally {
		stopReading();
	}
}
