/** What is wrong before a server runs: the config, the command, the folder. Pure. */
import { shellWord } from "../../base/text.ts";
import type { Facts, Rule } from "./facts.ts";

/** Who brings the commands that servers are usually started with. */
const installers: ReadonlyMap<string, string> = new Map([
	["npx", "Install Node.js, which brings npx: https://nodejs.org"],
	["npm", "Install Node.js, which brings npm: https://nodejs.org"],
	["node", "Install Node.js: https://nodejs.org"],
	["pnpm", "Install pnpm: https://pnpm.io/installation"],
	["yarn", "Install Yarn: https://yarnpkg.com/getting-started/install"],
	["bun", "Install Bun: https://bun.com/docs/installation"],
	["bunx", "Install Bun, which brings bunx: https://bun.com/docs/installation"],
	["deno", "Install Deno: https://docs.deno.com/runtime/getting_started/installation"],
	["uv", "Install uv: https://docs.astral.sh/uv/getting-started/installation"],
	["uvx", "Install uv, which brings uvx: https://docs.astral.sh/uv/getting-started/installation"],
	["pipx", "Install pipx: https://pipx.pypa.io/stable/installation"],
	["python", 'Install Python: https://www.python.org/downloads. On many systems the command is "python3".'],
	["python3", "Install Python: https://www.python.org/downloads"],
	["docker", "Install Docker: https://docs.docker.com/get-docker"],
	["podman", "Install Podman: https://podman.io/docs/installation"],
	["java", "Install a Java runtime: https://adoptium.net"],
	["go", "Install Go: https://go.dev/doc/install"],
	["cargo", "Install Rust: https://rustup.rs"],
	["dotnet", "Install .NET: https://dotnet.microsoft.com/download"],
	["ruby", "Install Ruby: https://www.ruby-lang.org/en/documentation/installation"],
]);

export const configRules: readonly Rule[] = [
	{
		problem: "variable-not-set",
		explain({ phase, detail, nearVariables, configPath }) {
			const names = [
				...new Set(Array.from(detail.matchAll(/uses \$\{(\w+)\}, which is not set/g), ([, name]) => name)),
			];
			if (phase !== "config" || names.length === 0) return undefined;
			const all = names.join(", ");
			return {
				cause: `The config uses ${names.length === 1 ? "a variable that is" : "variables that are"} not set: ${all}.`,
				fix: [
					...nearVariables.map((name) => `Did you mean \${${name}}? That one is set.`),
					`Set ${all} where dynamic-mcp is started: in the "env" of its entry in your client. Claude Desktop, Codex, Copilot CLI and partly Gemini CLI pass on nothing else.`,
					`Or write a default into ${configPath}: \${${names[0]}:-…}.`,
				],
			};
		},
	},
	{
		problem: "misconfigured",
		explain({ phase, detail, configPath, configOption }) {
			const isFile = /\bits (?:tls\.\w+|oauth_private_key),? (?:cannot be read|holds no)/.test(detail);
			if (phase !== "config" && !isFile) return undefined;
			return {
				cause: `The config is wrong: ${detail}.`,
				fix: [
					isFile
						? `Put the file there, or correct its path in ${configPath}.`
						: `Mend it in ${configPath}; dynamic-mcp validate${configOption} shows the place.`,
				],
			};
		},
	},
	{
		problem: "folder-missing",
		explain({ phase, detail, configPath }) {
			const [, folder] = /its working directory "(.*)" \(cwd\) is not there/s.exec(detail) ?? [];
			if (phase !== "spawn" || folder === undefined) return undefined;
			return {
				cause: `There is no folder ${folder}, in which it is to run.`,
				fix: [`Create it, or correct "cwd" in ${configPath}.`],
			};
		},
	},
	{
		problem: "env-file-unreadable",
		explain: ({ phase, detail, configPath }) =>
			phase === "spawn" && /\benvFile\b/.test(detail)
				? {
						cause: `Its envFile cannot be read: ${detail}.`,
						fix: [`Create the file, or correct "envFile" in ${configPath}.`],
					}
				: undefined,
	},
	{
		problem: "interpreter-missing",
		explain(facts) {
			const [, script, interpreter] =
				/command "(.*)" cannot be started: its interpreter "?([^"]+)"? (?:was not found|is not an|is a folder)/s.exec(
					facts.detail,
				) ?? [];
			if (facts.phase !== "spawn" || script === undefined || interpreter === undefined) return undefined;
			if (interpreter.endsWith("\r")) return windowsLines(script);
			return {
				cause: `${script} is a script for "${interpreter}", which was not found.`,
				fix: [
					...install(interpreter.replace(/^.*\//, "")),
					`Or correct the script's first line, which names it; or name what runs it as "command" in ${facts.configPath}, and the script as the first of "args".`,
				],
			};
		},
	},
	{
		problem: "not-executable",
		explain({ phase, detail, configPath }) {
			const [, path, what] =
				/"([^"]*)" (is not an executable file|is a folder|cannot be started: ENOEXEC)/.exec(detail) ?? [];
			if (phase !== "spawn" || path === undefined) return undefined;
			if (what === "is a folder") {
				return { cause: `${path} is a folder.`, fix: [`Name the program in it as "command" in ${configPath}.`] };
			}
			const runIt = 'Or name the program that runs it as "command", and the file in "args".';
			if (what === "is not an executable file") {
				return {
					cause: `${path} may not be executed.`,
					fix: [`Make it executable: chmod +x ${shellWord(path)}`, runIt],
				};
			}
			return {
				cause: `${path} is no program that this machine can run: one for another system or processor, or a script whose first line does not begin with #!.`,
				fix: ["Get the one for this machine.", runIt],
			};
		},
	},
	{
		problem: "command-is-a-line",
		explain({ phase, command = "", detail, configPath }) {
			const words = command.trim().split(/\s+/);
			if (phase !== "spawn" || words.length < 2 || !/was not found/.test(detail)) return undefined;
			return {
				cause: `"command" holds a whole command line; it is the name of a program alone.`,
				fix: [`In ${configPath} write "command": "${words[0]}", and each of the other words into "args".`],
			};
		},
	},
	{
		problem: "command-not-found",
		explain(facts) {
			const { phase, detail, command = "", nearCommands } = facts;
			if (phase !== "spawn" || !/^command ".*" was not found/s.test(detail)) return undefined;
			if (/[\\/]/.test(command)) {
				const [, path = command] = /^command "(.*)" was not found/s.exec(detail) ?? [];
				const isWhole = /^(?:[\\/]|[A-Za-z]:)/.test(command);
				const where = isWhole
					? ""
					: ": write its whole path, because the folder that it is looked for in is the client's";
				return { cause: `There is no program at ${path}.`, fix: [`Correct "command" in ${facts.configPath}${where}.`] };
			}
			return {
				cause: `There is no program "${command}" on the PATH.`,
				fix: [
					...(install(command).length === 0 ? meant(nearCommands) : install(command)),
					...pathAdvice(facts, command),
				],
			};
		},
	},
];

function meant(near: readonly string[]): string[] {
	return near.length === 0 ? [] : [`Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`];
}

function windowsLines(script: string) {
	return {
		cause: `${script} has the line ends of Windows, so that its first line names a program that there is not.`,
		fix: [`Give it those of this system: perl -pi -e 's/\\r$//' ${shellWord(script)}`],
	};
}

export function install(command: string): string[] {
	const how = installers.get(command.toLowerCase().replace(/\.(?:exe|cmd)$/, ""));
	return how === undefined ? [] : [how];
}

/** A desktop's PATH is short, and the login shell has been asked by then. */
function pathAdvice({ isPathShort, platform, configPath }: Facts, command: string): string[] {
	const how = platform === "win32" ? `where ${command}` : `command -v ${command}`;
	const where = isPathShort ? "Neither this PATH nor that of your login shell has it. " : "";
	return [
		`${where}If it works in a terminal: write the path that \`${how}\` prints there as "command" into ${configPath}.`,
	];
}
