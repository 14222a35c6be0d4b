/** How the running program came onto this machine, and so who may replace it. Pure. */
import type { Receipt } from "./receipt.ts";

export interface Running {
	/** Of the executable, with symbolic links resolved. */
	readonly path: string;
	/** False when run from source: then the executable is Bun. */
	readonly isCompiled: boolean;
	/** Its `path` with symbolic links resolved, too. */
	readonly receipt: Receipt | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
}

export type Manager = "homebrew" | "npm" | "npx" | "pnpm" | "bun" | "scoop" | "winget";

export type Origin =
	| { readonly kind: "installer"; readonly receipt: Receipt }
	| { readonly kind: "managed"; readonly by: Manager }
	| { readonly kind: "source" }
	| { readonly kind: "unknown" };

/** By what is in the path, in this order: an npm package below another manager's folder is npm's. */
const places: readonly (readonly [Manager, RegExp])[] = [
	["npx", /\/_npx\/.*\/node_modules\//],
	["bun", /\/\.bun\/install\/global\/node_modules\//],
	["pnpm", /\/pnpm\/(?:.*\/)?global\/.*\/node_modules\//i],
	["npm", /\/node_modules\//],
	["homebrew", /\/Cellar\/dynamic-mcp\//],
	["scoop", /\/scoop\/apps\//i],
	["winget", /\/WinGet\/Packages\//i],
];

export function findOrigin({ path, isCompiled, receipt, env }: Running): Origin {
	if (!isCompiled) return { kind: "source" };
	if (receipt !== undefined && isProgramOf(receipt, path)) return { kind: "installer", receipt };
	const slashed = path.replaceAll("\\", "/");
	const cellar = env["HOMEBREW_CELLAR"];
	if (cellar && slashed.startsWith(`${cellar}/`)) return { kind: "managed", by: "homebrew" };
	const by = places.find(([, pattern]) => pattern.test(slashed))?.[0];
	return by === undefined ? { kind: "unknown" } : { kind: "managed", by };
}

/** The alias `dmcp` is a file of its own where there are no symbolic links. */
function isProgramOf({ path: installed }: Receipt, path: string): boolean {
	return path === installed || path === aliasOf(installed);
}

/** `dmcp` beside the program. */
export function aliasOf(path: string): string {
	return path.replace(/dynamic-mcp(\.exe)?$/i, "dmcp$1");
}

export interface Advice {
	/** What was found, for the start of a message. */
	readonly found: string;
	/** What to run instead. */
	readonly command: string;
}

export interface AdviceParts {
	readonly path: string;
	/** What is wanted; undefined for the newest. */
	readonly version: string | undefined;
	/** `https://github.com/<owner>/<name>` */
	readonly repository: string;
	readonly isWindows: boolean;
}

/** What to say where this program must not replace itself. */
export function adviseOn(origin: Exclude<Origin, { kind: "installer" }>, parts: AdviceParts): Advice {
	const { path, version } = parts;
	if (origin.kind === "source") {
		return { found: "this is run from its source, not from a build", command: "git pull && bun run build" };
	}
	if (origin.kind === "unknown") {
		return { found: `${path} was not put there by the installer, so it is not replaced`, command: installLine(parts) };
	}
	const { name, command } = managers[origin.by](version ?? "latest", ownerOf(parts.repository));
	return { found: `${path} was installed with ${name}, which has to upgrade it, too`, command };
}

/** Homebrew, Scoop and winget follow the newest release; only npm's kind has all versions by name. */
const managers: Readonly<Record<Manager, (version: string, owner: string) => { name: string; command: string }>> = {
	homebrew: (_, owner) => ({ name: "Homebrew", command: `brew upgrade ${owner}/tap/dynamic-mcp` }),
	npm: (version) => ({ name: "npm", command: `npm install -g dynamic-mcp@${version}` }),
	npx: (version) => ({ name: "npx", command: `npx -y dynamic-mcp@${version}` }),
	pnpm: (version) => ({ name: "pnpm", command: `pnpm add -g dynamic-mcp@${version}` }),
	bun: (version) => ({ name: "Bun", command: `bun install -g dynamic-mcp@${version}` }),
	scoop: () => ({ name: "Scoop", command: "scoop update dynamic-mcp" }),
	winget: (_, owner) => ({ name: "winget", command: `winget upgrade ${owner}.dynamic-mcp` }),
};

/** The one line that installs. */
export function installLine({ repository, version, isWindows }: Omit<AdviceParts, "path">): string {
	const url = `${repository}/releases/latest/download/install`;
	if (isWindows) {
		const pin = version === undefined ? "" : `$env:DYNAMIC_MCP_VERSION = "${version}"; `;
		return `${pin}irm ${url}.ps1 | iex`;
	}
	return `curl -fsSL ${url}.sh | ${version === undefined ? "" : `DYNAMIC_MCP_VERSION=${version} `}sh`;
}

function ownerOf(repository: string): string {
	return new URL(repository).pathname.split("/")[1] ?? "";
}
