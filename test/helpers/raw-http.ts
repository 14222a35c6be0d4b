/** An HTTP/1.1 server of which a test writes every byte of the answers, and cuts the connection wherever it likes. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** One request, and the way to answer it. What is written once the connection is gone is dropped. */
export interface Exchange {
	readonly method: string;
	/** As it stands in the request's first line: with the query, and with the whole address when a proxy is asked. */
	readonly target: string;
	readonly headers: Headers;
	readonly body: string;
	/** Resolves when the connection has been closed, by either side. */
	readonly gone: Promise<void>;
	/** Sends the head alone. Without `content-length` the body is sent in chunks, one for each `write`. */
	head(status: number, headers?: Record<string, string>): void;
	/** Resolves when the client has taken all but a little of it. */
	write(data: string | Uint8Array): Promise<void>;
	/** Ends a body that is sent in chunks; after one with a length there is nothing to do. */
	end(): void;
	/** The whole answer at once. */
	respond(status: number, body?: string | Uint8Array, headers?: Record<string, string>): void;
	/** Closes the connection, however far the answer is. */
	cut(): void;
	/** The connection itself, for what is no HTTP any more; nothing else is read from it then. */
	takeOver(): Socket;
}

export interface RawHttpServer extends AsyncDisposable {
	readonly port: number;
	/** Cuts all connections and listens no more. */
	stop(): Promise<void>;
	/** Listens again, at the same port. */
	start(): Promise<void>;
}

export type Answer = (exchange: Exchange) => void | Promise<void>;

/** With `tls` it is one for https. */
export async function startRawHttp(answer: Answer, tls?: TlsOptions): Promise<RawHttpServer> {
	const sockets = new Set<Socket>();
	let server: Server;
	let port = 0;

	const serve = (socket: Socket) => {
		sockets.add(socket);
		socket.setNoDelay(true);
		socket.on("close", () => sockets.delete(socket));
		// Whoever cuts a connection has no interest in how the other side puts it.
		socket.on("error", () => socket.destroy());
		readRequests(socket, answer);
	};

	const start = async () => {
		server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
		await new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(port, "127.0.0.1", resolve);
		});
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error(`no port in ${address}`);
		({ port } = address);
	};

	const stop = async () => {
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		for (const socket of sockets) socket.destroy();
		await closed;
	};

	await start();
	return {
		get port() {
			return port;
		},
		stop,
		start,
		[Symbol.asyncDispose]: stop,
	};
}

/** One after the other, as a client may use a connection again once it has read an answer. */
function readRequests(socket: Socket, answer: Answer): void {
	let held: Buffer = Buffer.alloc(0);
	const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
	socket.on("data", (chunk: Buffer) => {
		held = Buffer.concat([held, chunk]);
		// A TLS handshake gets the answer that servers have for what is no HTTP.
		if (held[0] === 0x16) return void socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
		for (let request = cutRequest(held); request !== undefined; request = cutRequest(held)) {
			held = request.rest;
			void answer(createExchange(socket, gone, request));
		}
		return undefined;
	});
}

interface Request {
	method: string;
	target: string;
	headers: Headers;
	body: string;
	rest: Buffer;
}

/** Undefined while there is no whole request. Of bodies only those with a length, as all clients send them here. */
function cutRequest(held: Buffer): Request | undefined {
	const end = held.indexOf("\r\n\r\n");
	if (end === -1) return undefined;
	const [first = "", ...lines] = held.toString("latin1", 0, end).split("\r\n");
	const headers = new Headers(lines.map((line): [string, string] => cutHeader(line)));
	const start = end + 4;
	const length = Number(headers.get("content-length") ?? 0);
	if (held.length < start + length) return undefined;
	const [method = "", target = ""] = first.split(" ");
	const body = held.toString("utf8", start, start + length);
	return { method, target, headers, body, rest: held.subarray(start + length) };
}

function cutHeader(line: string): [string, string] {
	const colon = line.indexOf(":");
	return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function createExchange(socket: Socket, gone: Promise<void>, request: Request): Exchange {
	const { method, target, headers, body } = request;
	let isChunked = false;

	const send = async (data: string | Uint8Array) => {
		if (socket.destroyed || socket.write(data)) return;
		await Promise.race([gone, new Promise<void>((resolve) => socket.once("drain", () => resolve()))]);
	};

	const head = (status: number, more: Record<string, string> = {}) => {
		isChunked = !Object.keys(more).some((name) => name.toLowerCase() === "content-length");
		const framing = isChunked ? { "transfer-encoding": "chunked" } : {};
		const lines = Object.entries({ ...more, ...framing }).map(([name, value]) => `${name}: ${value}\r\n`);
		void send(`HTTP/1.1 ${status} ${reasons[status] ?? "Whatever"}\r\n${lines.join("")}\r\n`);
	};

	const write = (data: string | Uint8Array) => {
		if (!isChunked) return send(data);
		const bytes = typeof data === "string" ? Buffer.from(data) : data;
		return send(Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
	};

	return {
		method,
		target,
		headers,
		body,
		gone,
		head,
		write,
		end: () => void (isChunked ? send("0\r\n\r\n") : undefined),
		respond(status, text = "", more = {}) {
			head(status, { ...more, "content-length": String(Buffer.byteLength(text)) });
			void send(text);
		},
		cut: () => void socket.destroy(),
		takeOver: () => socket.removeAllListeners("data"),
	};
}

const reasons: Readonly<Record<number, string>> = {
	200: "OK",
	202: "Accepted",
	302: "Found",
	307: "Temporary Redirect",
	308: "Permanent Redirect",
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	429: "Too Many Requests",
	500: "Internal Server Error",
	503: "Service Unavailable",
};
