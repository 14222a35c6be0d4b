/** What a server's own last words say about why it ended. Pure. */
import type { Diagnosis, Facts, Rule } from "./facts.ts";
import { install } from "./rules-config.ts";

type Explain = (found: RegExpExecArray, facts: Facts) => Omit<Diagnosis, "problem">;

/** A rule for what stands in the stderr of a server that did not come to work. */
function said(problem: string, pattern: RegExp, explain: Explain): Rule {
	return {
		problem,
		explain(facts) {
			const isStarted = facts.url === undefined && facts.phase !== "config" && facts.phase !== "spawn";
			const found = isStarted ? pattern.exec(facts.stderr.join("\n")) : null;
			return found === null ? undefined : explain(found, facts);
		},
	};
}

const network =
	/\b(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ECONNREFUSED|ECONNRESET)\b|getaddrinfo|could not resolve host|failed to lookup address|temporary failure in name resolution|error sending request for url/i;

export const stderrRules: readonly Rule[] = [
	said(
		"docker-not-running",
		/cannot connect to the docker daemon|is the docker daemon running|docker daemon is not running|failed to connect to the docker api|error during connect:.*docker|dockerDesktopLinuxEngine|cannot connect to podman/i,
		() => ({
			cause: "Docker is installed, but its daemon is not running.",
			fix: ["Start Docker Desktop, or on Linux: sudo systemctl start docker"],
		}),
	),
	said(
		"docker-image-missing",
		/pull access denied for (\S+?)[,\s]|manifest(?: for (\S+))? (?:unknown|not found)|repository (\S+) not found/i,
		(found, { configPath }) => ({
			cause: `There is no such image${nameIn(found)}, or it wants you to log in.`,
			fix: [`Check the image's name in "args" in ${configPath}.`, "If it is a private one: docker login"],
		}),
	),
	said(
		"command-not-found",
		/(?:^|\/)(?:[a-z]*sh|env|pyenv)(?:: line \d+|: \d+)?: ([^\s:]+): (?:command )?not found|sh:\d*:? command not found: (\S+)|\benv: [‘'"]?([^\s:’'"]+)[’'"]?: No such file|'([^'\n]+)' is not recognized as an internal or external command/im,
		(found, { configPath }) => {
			const name = found.slice(1).find((part) => part !== undefined) ?? "";
			return {
				cause: `It wants to start "${name}", which was not found.`,
				fix: [
					...install(name),
					`See whether it is installed, and on the PATH that the server gets; or write its whole path in ${configPath}.`,
				],
			};
		},
	),
	said(
		"package-not-found",
		/(?:npm (?:ERR!|error)[^\n]*\b404\b[^\n]*?'([^']+)'[^\n]* (?:is not in|could not be found))|npm (?:ERR!|error) (?:code E404|404)|\b(\S+) was not found in the package registry|No matching distribution found for (\S+)|error: GET \S+ - 404/i,
		(found, { args, command, configPath }) => {
			const name = nameIn(found) || packageIn(args);
			return {
				cause: `The package${name} does not exist${command === undefined ? "" : `, says ${command}`}.`,
				fix: [
					`Check its name in "args" in ${configPath}.`,
					"If it is a private one: its registry has to be set up for this user.",
				],
			};
		},
	),
	said(
		"package-version-not-found",
		/\bETARGET\b|No matching version found for (\S+)|no version of (\S+?)(?:==\S+)? (?:matching|available)|No solution found when resolving/i,
		(found, { configPath }) => ({
			cause: `There is no such version of the package${nameIn(found)}.`,
			fix: [`Take the version out of "args" in ${configPath}, or correct it.`],
		}),
	),
	said(
		"package-has-no-program",
		/could not determine executable to run|does not provide any executables|An executable named `([^`]+)` is not provided by package/i,
		(found, { args, configPath }) => ({
			cause: `The package${nameIn(found) || packageIn(args)} is there, but has no program of that name to start.`,
			fix: [`See the package's page for how it is started, and correct "args" in ${configPath}.`],
		}),
	),
	said(
		"node-too-old",
		/EBADENGINE|unsupported engine|requires? (?:at least )?node(?:\.?js)?(?: version)?:? ?[v^>=~ ]*(\d+[\d.]*)|node(?:\.?js)? (?:version )?[v^>=~ ]*(\d+[\d.]*)(?:\.x)? (?:or (?:higher|later|newer|above) )?is required|ERR_UNKNOWN_BUILTIN_MODULE|ERR_REQUIRE_ESM|(?:ReadableStream|fetch|File|Headers|CustomEvent|WebSocket|crypto|Response|FormData|navigator) is not defined|(?:Promise\.withResolvers|Promise\.try|\.toSorted|\.toReversed|\.groupBy|structuredClone|\.at|\.findLast|\.isDisjointFrom|styleText|parseEnv) is not a function|The requested module 'node:[^']+' does not provide an export/i,
		(found, { nodeVersion }) => {
			const wanted = found[1] ?? found[2];
			const have = nodeVersion === undefined ? "" : `: it is ${nodeVersion}`;
			return {
				cause: `Node.js is too old for this server${have}${wanted === undefined ? "" : `, and ${wanted} or newer is wanted`}.`,
				fix: [
					"Install a newer Node.js: https://nodejs.org",
					'If you have several (nvm, fnm): give the path of the newer npx or node as "command".',
				],
			};
		},
	),
	said(
		"python-too-old",
		/requires[- ]python[: ]*([><=~\d., ]+)|requires a different Python|Python (\d[\d.]*)\+? (?:or (?:higher|later|newer) )?is required/i,
		() => ({
			cause: "Python is not of the version that this server wants.",
			fix: ['Let uvx choose another one: put "--python", "3.13" at the beginning of "args".'],
		}),
	),
	said(
		"port-in-use",
		/EADDRINUSE|address already in use|port (\d+) is (?:already )?in use/i,
		(found, { stderr, platform }) => {
			const said = stderr.join("\n");
			// A stack has numbers behind colons, too: those of lines.
			const [, inLine, named] = /address already in use[^\n]*:(\d{2,5})\b|\bport:? (\d{2,5})\b/.exec(said) ?? [];
			const port = found[1] ?? inLine ?? named;
			const show = platform === "win32" ? `netstat -ano | findstr :${port}` : `lsof -i :${port}`;
			return {
				cause: `It wants to listen at a port that another program has${port === undefined ? "" : `: ${port}`}.`,
				fix: [
					"End the other program, often another run of the same server; or give this one another port.",
					...(port === undefined ? [] : [`Which one it is: ${show}`]),
				],
			};
		},
	),
	said(
		"variable-missing",
		/\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b[^\n]{0,40}?\b(?:is required|are required|is not set|not set|must be set|must be provided|is missing|missing|not found|not provided|is undefined|not defined)\b|(?:missing|required|requires|set|provide|specify|export|KeyError:)[^\n]{0,40}?\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/,
		(found, { configPath }) => {
			const name = found[1] ?? found[2] ?? "";
			return {
				cause: `The server wants a variable that it does not get: ${name}.`,
				fix: [`In ${configPath} give it: "env": { "${name}": "\${${name}}" }, or an "envFile" that has it.`],
			};
		},
	),
	said(
		"module-missing",
		/Cannot find (?:module|package) '([^']+)'|No module named '?([\w.-]+)'?|can't open file '([^']+)'|Module not found "([^"]+)"|No such file or directory: '([^']+)'|Error: Unable to access jarfile (\S+)/i,
		(found, { configPath }) => ({
			cause: `A file or package that it needs is not there:${nameIn(found)}.`,
			fix: moduleFix(found, configPath),
		}),
	),
	said(
		"certificate-not-trusted",
		/self[- ]signed certificate|unable to get (?:local )?issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i,
		() => ({
			cause: "It does not trust a certificate, often that of a company's proxy.",
			fix: [
				"Name the file of the company's certificate authority in the server's \"env\": NODE_EXTRA_CA_CERTS for Node.js, SSL_CERT_FILE for Python and uv.",
			],
		}),
	),
	said(
		"wrong-arguments",
		/^\s*usage:|unrecognized arguments?|unknown (?:option|argument|command)|unexpected argument|unknown flag|flag provided but not defined|invalid option|bad option|the following arguments are required|missing required argument|requires at least one/im,
		(_, { args, configPath }) => ({
			cause:
				args.length === 0
					? "The server wants arguments, and gets none."
					: "The server does not take the arguments that it gets.",
			fix: [
				`See its page or its --help for what it takes, and correct "args" in ${configPath}. Each word is an element of its own: ["--port", "80"].`,
			],
		}),
	),
	said(
		"credentials-refused",
		/\b401\b|unauthorized|invalid (?:api[- ]?)?(?:key|token|credentials)|bad credentials|authentication failed|not authenticated|incorrect api key/i,
		(_, { configPath }) => ({
			cause: "The service behind the server does not take the credentials that it gets.",
			fix: [`Renew the key or token that its "env" in ${configPath} names.`],
		}),
	),
	said(
		"permission-denied",
		/\bEACCES\b|permission denied|\bEPERM\b|operation not permitted|access is denied/i,
		(_, { stderr }) => {
			const line = stderr.find((each) => /EACCES|permission denied|EPERM|not permitted|access is denied/i.test(each));
			return {
				cause: `The server may not do what it has to: ${(line ?? "").trim()}`,
				fix: [
					"Give yourself the permission for the file or folder that the line names. An npm cache that belongs to root: sudo chown -R $(whoami) ~/.npm",
				],
			};
		},
	),
	said("disk-full", /\bENOSPC\b|no space left on device/i, () => ({
		cause: "The disk is full.",
		fix: ["Make room on it."],
	})),
	said("service-unreachable", network, (_, { stderr, command }) => {
		const line = stderr.find((each) => network.test(each)) ?? "";
		return {
			cause: `${command ?? "It"} cannot reach what it needs: ${line.trim()}`,
			fix: [
				"Check the network, and that the service is running.",
				'Behind a proxy: set HTTPS_PROXY in the server\'s "env".',
			],
		};
	}),
];

function moduleFix(found: RegExpExecArray, configPath: string): string[] {
	const name = found.slice(1).find((part) => part !== undefined) ?? "";
	if (found[0].startsWith("No module")) {
		return [
			"Install the package that brings it, for the very Python that runs the server.",
			`If it is in a virtual environment: write the path of the python there, as in .venv/bin/python, as "command" into ${configPath}.`,
		];
	}
	const build = "If it is a server from source: install its packages and build it.";
	if (!/[\\/.]/.test(name.replace(/^@[\w.-]+\/|\.js$/g, ""))) return [build];
	return [
		`Check the paths in "args" in ${configPath}: write whole ones, because the working directory is the client's.`,
		build,
	];
}

/** What the pattern's groups have caught, as ` "x"`. */
function nameIn(found: RegExpExecArray): string {
	const name = found.slice(1).find((part) => part !== undefined);
	return name === undefined ? "" : ` "${name}"`;
}

function packageIn(args: readonly string[]): string {
	const name = args.find(
		(argument) => /^(?:@[\w.-]+\/)?[\w.-]+(?:@[\w.^~-]+)?$/.test(argument) && !argument.startsWith("-"),
	);
	return name === undefined ? "" : ` "${name}"`;
}
