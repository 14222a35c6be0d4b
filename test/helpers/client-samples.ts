/** Configs of clients as people have them, each with a fixture server and comments; and runs of our commands on them. */
import { expect } from "bun:test";
import { join } from "node:path";

import type { Format } from "../../src/clients/types.ts";
import { runCli } from "./run-cli.ts";
import type { TempDir } from "./temp-dir.ts";

const command = process.execPath;
const args = [join(import.meta.dir, "../fixtures/servers/echo.ts")];
/** The server, as most clients write it. */
export const plain = { command, args };
const typed = { type: "stdio", ...plain };
const listed = { type: "local", command: [command, ...args], enabled: true };

export interface Sample {
	readonly path: string;
	readonly format: Format;
	readonly keys: readonly string[];
	readonly text: string;
}

/** With comments wherever there may be some. */
export function json(path: string, entry: object = plain, ...keys: string[]): Sample {
	const [key = "mcpServers", inner] = keys;
	const one = `"echo": ${JSON.stringify(entry)} // of echo`;
	const servers = inner === undefined ? one : `// below\n    "${inner}": {\n      ${one}\n    }`;
	const text = `// Mine\n{\n  "theme": "dark", // stays\n  "${key}": {\n    // the servers\n    ${servers}\n  },\n  "last": [1, 2,]\n}\n`;
	return { path, format: "json", keys: keys.length === 0 ? [key] : keys, text };
}

const toml = `model = "o9" # mine\n\n[mcp_servers.echo] # of echo\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n\n# the end\n`;

const goose = `# mine\nextensions:\n  # the servers\n  echo:\n    type: stdio\n    name: echo\n    enabled: true\n    cmd: ${command}\n    args: ${JSON.stringify(args)} # of echo\n    timeout: 300\nGOOSE_MODE: auto # stays\n`;

const continueDev = `name: mine # stays\nversion: 1.0.0\nschema: v1\nmcpServers:\n  - name: echo # of echo\n    command: ${command}\n    args: ${JSON.stringify(args)}\n`;

const user = ".config/Code/User";

/** Visual Studio is for Windows only. */
export const samples: Readonly<Record<string, Sample>> = {
	cursor: json(".cursor/mcp.json"),
	opencode: json(".config/opencode/opencode.jsonc", listed, "mcp"),
	"claude-desktop": json(".config/Claude/claude_desktop_config.json"),
	claude: json(".claude.json", typed),
	vscode: json(`${user}/mcp.json`, typed, "servers"),
	cline: json(`${user}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`),
	kilocode: json(".config/kilo/kilo.jsonc", listed, "mcp"),
	codex: { path: ".codex/config.toml", format: "toml", keys: ["mcp_servers"], text: toml },
	gemini: json(".gemini/settings.json"),
	antigravity: json(".gemini/config/mcp_config.json"),
	windsurf: json(".codeium/windsurf/mcp_config.json"),
	zed: json(".config/zed/settings.json", plain, "context_servers"),
	continue: { path: ".continue/config.yaml", format: "yaml", keys: ["mcpServers"], text: continueDev },
	goose: { path: ".config/goose/config.yaml", format: "yaml", keys: ["extensions"], text: goose },
	amp: json(".config/amp/settings.json", plain, "amp.mcpServers"),
	warp: json(".warp/.mcp.json"),
	lmstudio: json(".lmstudio/mcp.json"),
	junie: json(".junie/mcp/mcp.json"),
	copilot: json(".copilot/mcp-config.json", { ...plain, type: "local", tools: ["*"] }),
	qwen: json(".qwen/settings.json"),
	crush: json(".config/crush/crush.json", typed, "mcp"),
	kiro: json(".kiro/settings/mcp.json"),
	amazonq: json(".aws/amazonq/mcp.json"),
	droid: json(".factory/mcp.json"),
	roo: json(`${user}/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json`),
	trae: json(".config/Trae/User/mcp.json"),
};

/** OpenCode's second version, in the same file. */
export const second = json(
	".config/opencode/opencode.jsonc",
	{ type: "local", command: [command, ...args] },
	"mcp",
	"servers",
);

/** What it says; it has to end well. */
export async function run(home: TempDir, ...words: string[]): Promise<string> {
	const { code, stdout, stderr } = await runCli(words, { home: home.path });
	// Some have nothing but a client.
	const said = stderr.replace(/^Note: there is no config at .*\n/, "");
	expect({ code, said }).toEqual({ code: 0, said: "" });
	return stdout;
}
