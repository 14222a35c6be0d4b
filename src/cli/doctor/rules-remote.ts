/** What goes wrong on the way to a server at a URL. Pure. */
import { typedWord } from "../output/typed-word.ts";
import type { Diagnosis, Facts, Rule } from "./facts.ts";

type Explain = (facts: Facts & { readonly url: string }) => Omit<Diagnosis, "problem">;

/** A rule for what `upstream/remote/failure.ts` says. */
function told(problem: string, pattern: RegExp, explain: Explain): Rule {
	return {
		problem,
		explain(facts) {
			const { url, phase, detail } = facts;
			return url === undefined || phase === "config" || !pattern.test(detail) ? undefined : explain({ ...facts, url });
		},
	};
}

export const remoteRules: readonly Rule[] = [
	{
		problem: "sign-in-needed",
		explain: (facts) =>
			facts.phase === "sign-in" ? { cause: "The server wants you to sign in.", fix: [signIn(facts)] } : undefined,
	},
	told("nothing-listens", /^nothing listens at|ECONNREFUSED/, ({ url, configPath }) => ({
		cause: `Nothing listens at ${url}.`,
		fix: ["Start the server.", `Or correct "url" in ${configPath}: the port may be another one.`],
	})),
	told("host-unknown", /there is no such host|cannot be looked up/, ({ url, configPath }) => ({
		cause: `There is no host "${hostOf(url)}", or the network is down.`,
		fix: [`Check the host's name in "url" in ${configPath}.`, "Check the network, and a VPN that the host may need."],
	})),
	told("certificate", /^the certificate of|TLS handshake/, ({ detail, configPath }) => ({
		cause: `No safe connection comes about: ${cause(detail)}.`,
		fix: certificateFix(detail, configPath),
	})),
	told("proxy", /the proxy on the way|HTTP 407/, ({ detail }) => ({
		cause: `A proxy is in the way: ${cause(detail)}.`,
		fix: ["Set HTTPS_PROXY, with its user and password, and NO_PROXY in the environment of dynamic-mcp."],
	})),
	told("redirected", /a redirect led to|redirects/, ({ detail, configPath }) => ({
		cause: `The server sends us elsewhere: ${cause(detail)}.`,
		fix: /without end/.test(detail)
			? [`This is a fault of the server, or the "url" in ${configPath} is not the right one.`]
			: [`If the other address is the right one, make it the "url" in ${configPath}.`],
	})),
	told("too-many-requests", /HTTP 429/, ({ detail }) => ({
		cause: `The server wants to be left alone for a while: ${detail}.`,
		fix: ["Try again later."],
	})),
	told("server-fault", /HTTP 5\d\d/, ({ detail }) => ({
		cause: `Something is wrong at the server: ${cause(detail)}.`,
		fix: ["Try again later, or tell whoever runs it."],
	})),
	told("web-page", /an HTML page|\(text\/html/, ({ url, configPath }) => ({
		cause: `There is a web page at ${url}, and no MCP server.`,
		fix: [
			`Look up the server's address for MCP, which often ends in /mcp or /sse, and correct "url" in ${configPath}.`,
		],
	})),
	told("wrong-url", /HTTP 40[45]|there seems to be no MCP server/, ({ url, transport, configPath }) => ({
		cause: `The host answers, but has no MCP server at ${url}${transport === "auto" ? "" : ` that speaks what "type" says`}.`,
		fix: [
			`Look up the path, which often is /mcp or /sse, and correct "url" in ${configPath}.`,
			...(transport === "auto"
				? []
				: [`Or take "type": "${transport}" out there: what the server speaks is then found out.`]),
		],
	})),
	told("credentials-refused", /HTTP 40[13]/, (facts) =>
		facts.hasHeaders
			? {
					cause: `The server does not take the credentials of the config: ${cause(facts.detail)}.`,
					fix: [
						`Renew the token in "headers" in ${facts.configPath}; or take the Authorization out there, to sign in by dynamic-mcp auth.`,
					],
				}
			: {
					cause: `The server does not let us in: ${cause(facts.detail)}.`,
					fix: [
						`If it wants a key: write the header for it into "headers" in ${facts.configPath}.`,
						`If it knows sign-ins, sign in as somebody who may: ${signIn(facts)}`,
					],
				},
	),
	told(
		"not-a-server",
		/its answer holds no reply|it answered HTTP 2\d\d|^Malformed_HTTP_Response/,
		({ url, detail, configPath }) => ({
			cause: detail.startsWith("Malformed")
				? `What answers at ${url} does not speak HTTP.`
				: `What answers at ${url} is no MCP server: ${detail}.`,
			fix: [`Look up the server's address, and correct "url" in ${configPath}.`],
		}),
	),
	told("network", /check the network|connection was cut/, ({ url, detail, configPath }) => ({
		cause: `The server cannot be reached: ${cause(detail)}.`,
		fix: [
			"Check the network, a firewall, and a VPN that the host may need.",
			...(url.startsWith("http:")
				? [`See whether the address in "url" in ${configPath} has to begin with https://.`]
				: []),
		],
	})),
];

/** Without the advice at its end. */
function cause(detail: string): string {
	return detail.replace(
		/; (?:check|see|start|trust|it wants|it may have done|give|if that|the server needs|these|try|something is wrong)\b.*$/s,
		"",
	);
}

function certificateFix(detail: string, configPath: string): string[] {
	if (/has expired/.test(detail))
		return ["Whoever runs the server has to renew its certificate. Is this machine's clock right?"];
	if (/is for another host/.test(detail)) return [`Correct the host in "url" in ${configPath}.`];
	if (/TLS handshake/.test(detail)) {
		return [
			`See whether the address in "url" in ${configPath} has to begin with http://.`,
			'A server that wants a client certificate gets it by "tls": { "cert": "…", "key": "…" }.',
		];
	}
	return [
		`If it is your own, or your company's: "tls": { "ca": "<the .pem file of its authority, or its own>" } in ${configPath}, or NODE_EXTRA_CA_CERTS.`,
	];
}

function hostOf(url: string): string {
	return URL.parse(url)?.hostname ?? url;
}

function signIn({ group, platform, configOption }: Facts): string {
	return `dynamic-mcp auth ${typedWord(group, platform)}${configOption}`;
}
