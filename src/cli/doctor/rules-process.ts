/** What a program did that says nothing helpful: ended, kept silent, or spoke another language. Pure. */
import type { Rule } from "./facts.ts";

const seconds = (ms: number) => `${ms / 1000} s`;

const tryIt = "Run its command in a terminal and see what it says.";

export const processRules: readonly Rule[] = [
	{
		problem: "not-a-server",
		explain({ url, phase, noise, command = "", args }) {
			if (url !== undefined || noise.length === 0 || !["handshake", "exit"].includes(phase)) return undefined;
			return {
				cause: `It prints text on stdout, where an MCP server may print messages only: "${noise[0]?.slice(0, 100)}".`,
				fix: [
					`See whether ${[command, ...args.filter((each) => /^[\w@./-]{1,40}$/.test(each))].join(" ")} is an MCP server on stdio: many want an argument such as "stdio" or "mcp".`,
					"A server that logs must do so on stderr.",
				],
			};
		},
	},
	{
		problem: "exits-at-once",
		explain({ phase, detail, stderr }) {
			const [, how] = /it ended before it had answered initialize: (.*)/s.exec(detail) ?? [];
			if (phase !== "exit" || how === undefined) return undefined;
			const words = stderr.length === 0 ? "without a word" : "; its last lines on stderr are below";
			const silent = stderr.length === 0;
			return {
				cause: `The program ends at its start: ${how}${silent ? `, ${words}` : words}.`,
				fix: [
					tryIt,
					...(how.endsWith("code 0")
						? [
								'A program that ends well is often no server by itself: it may want an argument such as "stdio" or "mcp".',
							]
						: []),
				],
			};
		},
	},
	{
		problem: "no-answer",
		explain({ url, phase, detail, connectTimeoutMs, group, args }) {
			if (phase !== "handshake" || !detail.startsWith("no answer to initialize")) return undefined;
			if (url !== undefined) {
				return {
					cause: `The server at ${url} takes the request and does not answer it within ${seconds(connectTimeoutMs)}.`,
					fix: [`See whether the server is well, or raise "timeout": { "connect": "60s" } for "${group}".`],
				};
			}
			const isDownload = args.includes("-y") || args.includes("--yes");
			return {
				cause: `The program runs, but does not answer within ${seconds(connectTimeoutMs)}.`,
				fix: [
					isDownload
						? "The first start downloads it, which may take longer: run its command once in a terminal, and try again."
						: tryIt,
					`Or raise the limit: "timeout": { "connect": "60s" } for "${group}".`,
					"Or it is no MCP server on stdio: see its page for how it is started.",
				],
			};
		},
	},
	{
		problem: "protocol-version",
		explain: ({ phase, detail }) =>
			phase === "handshake" && detail.startsWith("it speaks protocol version")
				? { cause: `The server speaks another version of the protocol: ${detail}.`, fix: ["Update the server."] }
				: undefined,
	},
	{
		problem: "refuses-to-start",
		explain: ({ phase, detail }) =>
			phase === "handshake" || phase === "refused"
				? {
						cause: `The server does not take our greeting: ${detail}.`,
						fix: ["Update the server, or report it to its makers: this is a fault of its own."],
					}
				: undefined,
	},
	{
		problem: "list-fails",
		explain: ({ phase, detail }) =>
			phase === "list" || phase === "timeout"
				? {
						cause: `It starts, but does not say which tools it has: ${detail}.`,
						fix: ["See its last lines on stderr, and whether it wants a key or a sign-in of its own."],
					}
				: undefined,
	},
	{
		problem: "ends-after-start",
		explain: ({ phase, detail }) =>
			phase === "exit" ? { cause: `It starts, and then ends: ${detail}.`, fix: [tryIt] } : undefined,
	},
];
