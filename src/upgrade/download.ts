/** Fetches the files of a release. The only place of an upgrade that reaches for the network. */
import type { Clock } from "../base/clock.ts";
import { errorText, UserError } from "../base/errors.ts";
import { shown } from "./release.ts";

export interface Download {
	readonly clock: Clock;
	/** Ends it, with this signal's reason. */
	readonly signal: AbortSignal;
	readonly userAgent: string;
	/** `total` is undefined when the host does not say. */
	readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** A host that says nothing for so long will not go on. */
const silenceMs = 30_000;

/** No archive of ours comes near; a host that sends more sends something else. */
const maxBytes = 2 ** 30;

const maxRedirects = 10;

/**
 * The whole file, or undefined when the host says that there is none (404). Redirects are followed, but never from https to
 * http. Throws `UserError` naming the address for everything else. The usual variables (`HTTPS_PROXY`, …) name a proxy.
 */
export async function download(url: URL, options: Download): Promise<Uint8Array | undefined> {
	return exchange(url, options, async (response, { url, heard }) => {
		if (response.status === 404) return undefined;
		if (!response.ok) throw unexpected(url, response);
		return readBody(response, { ...options, url, heard });
	});
}

/**
 * Follows the address until it leads to one that `read` makes something of. Undefined when it leads to none.
 * Throws `UserError` as `download` does.
 */
export async function findRedirect<T>(url: URL, options: Download, read: (url: URL) => T | undefined) {
	let found: T | undefined;
	const isFound = (location: URL) => (found = read(location)) !== undefined;
	return exchange(
		url,
		options,
		async (response, { url }) => {
			if (response.status >= 400 && response.status !== 404) throw unexpected(url, response);
			return found;
		},
		isFound,
	);
}

interface Exchange {
	/** Where the redirects have led. */
	readonly url: URL;
	/** Puts off the moment at which the host counts as silent. */
	readonly heard: () => void;
}

/** Sends the request, and hands over the answer that is no redirect, or is one to an address at which to stop. */
async function exchange<T>(
	start: URL,
	{ clock, signal, userAgent }: Download,
	use: (response: Response, exchange: Exchange) => Promise<T>,
	isEnd: (location: URL) => boolean = () => false,
): Promise<T> {
	const silence = new AbortController();
	let callOff = () => {};
	const heard = () => {
		callOff();
		callOff = clock.after(silenceMs, () => silence.abort());
	};
	const init = {
		redirect: "manual",
		// Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0, left in some shell's start file, must not decide it unseen.
		tls: { rejectUnauthorized: true },
		// The sum is of the file as it lies there, which a helpful host may otherwise pack or unpack on the way.
		decompress: false,
		headers: { "User-Agent": userAgent, "Accept-Encoding": "identity" },
		signal: AbortSignal.any([signal, silence.signal]),
	} as const;
	let url = start;
	try {
		for (let hops = 0; hops <= maxRedirects; hops++) {
			heard();
			const response = await fetch(url, init);
			const location = redirectOf(response, url);
			if (location === undefined || isEnd(location)) return await use(response, { url, heard });
			await response.body?.cancel();
			url = location;
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		if (signal.aborted) throw signal.reason;
		throw failure(url, silence.signal.aborted ? `nothing came for ${silenceMs / 1000} s` : reasonOf(error), error);
	} finally {
		callOff();
	}
	throw failure(start, `it leads through more than ${maxRedirects} redirects`);
}

/** Where the answer leads; undefined when it is no redirect. */
function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
	const location = headers.get("location");
	if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined;
	if (!URL.canParse(location, from.href)) throw failure(from, `it leads to "${location}", which is no address`);
	const to = new URL(location, from);
	if (to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:")) return to;
	throw failure(from, `it leads to ${shown(to)}, which is not safe`);
}

async function readBody(
	response: Response,
	{ url, heard, onProgress }: Download & Exchange,
): Promise<Uint8Array<ArrayBuffer>> {
	const length = response.headers.get("content-length");
	const total = length === null ? undefined : Number(length);
	const chunks: Uint8Array[] = [];
	let received = 0;
	try {
		for await (const chunk of response.body ?? []) {
			heard();
			chunks.push(chunk);
			received += chunk.length;
			if (received > maxBytes) throw failure(url, `it is larger than ${maxBytes / 2 ** 20} MB`);
			onProgress?.(received, total);
		}
	} catch (error) {
		if (!isConnectionCut(error)) throw error;
		throw failure(url, `the connection was cut after ${received}${ofTotal(total)} bytes`, error);
	}
	if (total !== undefined && received !== total) throw failure(url, `only ${received}${ofTotal(total)} bytes came`);
	return Buffer.concat(chunks);
}

const ofTotal = (total: number | undefined) => (total === undefined ? "" : ` of ${total}`);

function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}

function isConnectionCut(error: unknown): boolean {
	return codeOf(error) === "ECONNRESET";
}

function reasonOf(error: unknown): string {
	const code = codeOf(error);
	if (code === "ECONNREFUSED") return "nothing answers there";
	if (code === "ENOTFOUND") return "there is no such host";
	if (code === "ECONNRESET") return "the connection was cut";
	return errorText(error);
}

function failure(url: URL, reason: string, cause?: unknown): UserError {
	const hint =
		"Nothing has been changed. Check the connection, and the proxy if there is one (HTTPS_PROXY), and try again.";
	return new UserError(`cannot download ${shown(url)}: ${reason}`, { cause, hint });
}

function unexpected(url: URL, { status, statusText }: Response): UserError {
	return failure(url, `the host answered ${`${status} ${statusText}`.trim()}`);
}
