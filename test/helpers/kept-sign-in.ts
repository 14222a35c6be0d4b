/** What a person does about a sign-in where no browser is opened, and what is kept of it in files. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

import { type Message, textOf } from "./messages.ts";

/** The address in an answer; throws, showing the answer, when there is none. */
export function addressIn(reply: Message): string {
	const address = /Open this address to sign in: (\S+)\nThen call again\./.exec(textOf(reply))?.[1];
	if (address === undefined) throw new Error(`no address to sign in at: ${textOf(reply)}`);
	return address;
}

/** Calls, and signs in at the address in the answer. Resolves with the page that the person is shown at the end. */
export async function signInAt(proxy: { call(name: string): Promise<Message> }): Promise<string> {
	const response = await fetch(addressIn(await proxy.call("work")));
	return `${response.status} ${await response.text()}`;
}

/** The tokens in a file, as they are written there. */
export interface KeptTokens {
	accessToken: string;
	refreshToken?: string;
	expiresAt?: number;
	obtainedAt: number;
}

export interface KeptSignIn {
	/** The folder of them all. */
	readonly folder: string;
	/** What is in it, with the modes of old: `0600 name`. None without a folder. */
	files(): string[];
	/** Of the one file with tokens; throws when there is not exactly one. */
	path(): string;
	tokens(): KeptTokens | undefined;
	/** Has the tokens be so old as they would be later. */
	change(edit: (tokens: KeptTokens) => Partial<KeptTokens>): void;
}

export function keptSignInOf({ home }: { readonly home: string }): KeptSignIn {
	const folder = `${home}/.dynamic-mcp/oauth-servers`;

	const names = () => (existsSync(folder) ? readdirSync(folder).sort() : []);

	function path(): string {
		const [name, ...more] = names().filter((name) => name.endsWith(".tokens.json"));
		if (name === undefined || more.length > 0) throw new Error(`not one sign-in: ${names().join(", ")}`);
		return `${folder}/${name}`;
	}

	const record = () => JSON.parse(readFileSync(path(), "utf8")) as { signIn: { tokens?: KeptTokens } };

	return {
		folder,
		files: () => names().map((name) => `${modeOf(`${folder}/${name}`)} ${name}`),
		path,
		tokens: () => record().signIn.tokens,
		change(edit) {
			const kept = record();
			if (kept.signIn.tokens === undefined) throw new Error("no tokens are kept");
			Object.assign(kept.signIn.tokens, edit(kept.signIn.tokens));
			writeFileSync(path(), JSON.stringify(kept));
		},
	};
}

/** As `stat -c %a` says it, with a zero before it. */
export function modeOf(path: string): string {
	return (statSync(path).mode & 0o777).toString(8).padStart(4, "0");
}

/** Tokens that a server may have expired by now: those that have just been given are not renewed. */
export function oneMinuteOld({ obtainedAt }: KeptTokens): Partial<KeptTokens> {
	return { obtainedAt: obtainedAt - 60_000 };
}
