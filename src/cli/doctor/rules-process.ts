/** What a program did that says nothing helpful: ended, kept silent, or spoke another language. Pure. */
import type { Facts, Rule } from "./facts.ts";

const seconds = (ms: number) => `${ms / 1000} s`;

/** The command is only shown where it can be typed as it stands. */
function tryIt({ command = "", args }: Facts): string {
	const words = [command, ...args];
	const isPlain = words.every((word) => /^[\w@%+=:,./~-]+$/.test(word)) && words.join(" ").length <= 200;
	return `Run its command in a terminal and see what it says${isPlain ? `: ${words.join(" ")}` : "."}`;
}

/** A server that has opened a port says so, on either stream. */
function servesElsewhere({ noise, stderr }: Facts): string[] {
	const [address] =
		/https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):\d+[\w./-]*/.exec([...noise, ...stderr].join("\n")) ??
		[];
	if (address === undefined) return [];
	const url = address.replace("0.0.0.0", "127.0.0.1").replace(/[.]+$/, "");
	return [
		`It says that it serves at ${url}: see which argument makes it a server on stdio; or start it by yourself, and write "url": "${url}" in place of "command".`,
	];
}

export const processRules: readonly Rule[] = [
	{
		problem: "not-a-server",
		explain(facts) {
			const { url, phase, detail, noise, command = "", args } = facts;
			if (url !== undefined || !["handshake", "exit"].includes(phase)) return undefined;
			if (detail.includes("dynamic-mcp has no initialize here")) {
				return {
					cause: "It is no MCP server: it sends back what it gets, word by word.",
					fix: ["See its page for how it is started as an MCP server on stdio."],
				};
			}
			if (noise.length === 0) return undefined;
			return {
				cause: `It prints text on stdout, where an MCP server may print messages only: "${noise[0]?.slice(0, 100)}".`,
				fix: [
					...servesElsewhere(facts),
					`See whether ${[command, ...args.filter((each) => /^[\w@./-]{1,40}$/.test(each))].join(" ")} is an MCP server on stdio: many want an argument such as "stdio" or "mcp".`,
					"A server that logs must do so on stderr.",
				],
			};
		},
	},
	{
		problem: "exits-at-once",
		explain(facts) {
			const { phase, detail, stderr } = facts;
			const [, how] = /it ended before it had answered initialize: (.*)/s.exec(detail) ?? [];
			if (phase !== "exit" || how === undefined) return undefined;
			const words = stderr.length === 0 ? "without a word" : "; its last lines on stderr are below";
			const silent = stderr.length === 0;
			return {
				cause: `The program ends at its start: ${how}${silent ? `, ${words}` : words}.`,
				fix: [
					tryIt(facts),
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
		explain(facts) {
			const { url, phase, detail, connectTimeoutMs, group, args } = facts;
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
					...servesElsewhere(facts),
					isDownload
						? "The first start downloads it, which may take longer: run its command once in a terminal, and try again."
						: tryIt(facts),
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
		explain: ({ phase, detail, configPath }) =>
			phase === "handshake" || phase === "refused"
				? {
						cause: `The server does not take our greeting: ${detail}.`,
						fix: [
							...(detail.startsWith("HTTP 4")
								? [`See what it says: often a header is missing ("headers" in ${configPath}), or a part of the "url".`]
								: []),
							"Where it does not say what helps: update the server, or report it to its makers.",
						],
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
		explain: (facts) =>
			facts.phase === "exit" ? { cause: `It starts, and then ends: ${facts.detail}.`, fix: [tryIt(facts)] } : undefined,
	},
];
