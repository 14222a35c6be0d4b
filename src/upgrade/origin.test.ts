import { describe, expect, test } from "bun:test";

import { adviseOn, findOrigin, installLine, type Manager } from "./origin.ts";
import type { Receipt } from "./receipt.ts";

const repository = "https://github.com/asyrjasalo/dynamic-mcp";

const receiptFor = (path: string): Receipt => ({
	method: "install.sh",
	version: "2.0.0",
	target: "linux-x86_64",
	path,
	baseUrl: undefined,
});

const originOf = (path: string, more: Partial<Parameters<typeof findOrigin>[0]> = {}) =>
	findOrigin({ path, isCompiled: true, receipt: undefined, env: {}, ...more });

describe("whoever put it there", () => {
	test.each<[Manager, string]>([
		["homebrew", "/opt/homebrew/Cellar/dynamic-mcp/2.0.0/bin/dynamic-mcp"],
		["homebrew", "/home/linuxbrew/.linuxbrew/Cellar/dynamic-mcp/2.0.0/bin/dynamic-mcp"],
		["npm", "/usr/lib/node_modules/dynamic-mcp/node_modules/@dynamic-mcp/linux-x64/dynamic-mcp"],
		["npm", "C:\\Users\\Ann\\AppData\\Roaming\\npm\\node_modules\\dynamic-mcp\\dist\\dynamic-mcp.exe"],
		["npm", "/opt/homebrew/lib/node_modules/dynamic-mcp/dist/dynamic-mcp"],
		["npx", "/home/ann/.npm/_npx/1a2b/node_modules/dynamic-mcp/dist/dynamic-mcp"],
		["pnpm", "/home/ann/.local/share/pnpm/global/5/.pnpm/dynamic-mcp@2.0.0/node_modules/dynamic-mcp/dynamic-mcp"],
		["bun", "/home/ann/.bun/install/global/node_modules/dynamic-mcp/dist/dynamic-mcp"],
		["scoop", "C:\\Users\\Ann\\scoop\\apps\\dynamic-mcp\\2.0.0\\dynamic-mcp.exe"],
		["winget", "C:\\Users\\Ann\\AppData\\Local\\Microsoft\\WinGet\\Packages\\x.dynamic-mcp\\dynamic-mcp.exe"],
	])("is %s by its path %s", (by, path) => {
		expect(originOf(path)).toEqual({ kind: "managed", by });
	});

	test("is Homebrew wherever it keeps its programs", () => {
		const path = "/data/kegs/dynamic-mcp/2.0.0/bin/dynamic-mcp";
		expect(originOf(path, { env: { HOMEBREW_CELLAR: "/data/kegs" } })).toEqual({ kind: "managed", by: "homebrew" });
		expect(originOf(path)).toEqual({ kind: "unknown" });
	});

	test("is the installer by its receipt, wherever that put it", () => {
		const receipt = receiptFor("/srv/node_modules/dynamic-mcp");
		expect(originOf(receipt.path, { receipt })).toEqual({ kind: "installer", receipt });
	});

	test("is the installer when it runs by the alias, which is a file of its own on Windows", () => {
		const receipt = receiptFor("C:\\Programs\\dynamic-mcp\\dynamic-mcp.exe");
		expect(originOf("C:\\Programs\\dynamic-mcp\\dmcp.exe", { receipt })).toEqual({ kind: "installer", receipt });
		expect(originOf("C:\\Other\\dmcp.exe", { receipt })).toEqual({ kind: "unknown" });
	});

	test("is not known when the receipt is of another one", () => {
		const receipt = receiptFor("/home/ann/.local/bin/dynamic-mcp");
		expect(originOf("/opt/dynamic-mcp", { receipt })).toEqual({ kind: "unknown" });
	});

	test("does not matter when it is run from source", () => {
		const receipt = receiptFor("/home/ann/.bun/bin/bun");
		expect(originOf(receipt.path, { receipt, isCompiled: false })).toEqual({ kind: "source" });
	});
});

describe("what to run instead", () => {
	const commandFor = (origin: Parameters<typeof adviseOn>[0], version?: string) =>
		adviseOn(origin, { path: "/x/dynamic-mcp", version, repository, isWindows: false }).command;

	test.each<[Manager, string, string]>([
		["homebrew", "brew upgrade asyrjasalo/tap/dynamic-mcp", "brew upgrade asyrjasalo/tap/dynamic-mcp"],
		["npm", "npm install -g dynamic-mcp@latest", "npm install -g dynamic-mcp@2.1.0"],
		["npx", "npx -y dynamic-mcp@latest", "npx -y dynamic-mcp@2.1.0"],
		["pnpm", "pnpm add -g dynamic-mcp@latest", "pnpm add -g dynamic-mcp@2.1.0"],
		["bun", "bun install -g dynamic-mcp@latest", "bun install -g dynamic-mcp@2.1.0"],
		["scoop", "scoop update dynamic-mcp", "scoop update dynamic-mcp"],
		["winget", "winget upgrade asyrjasalo.dynamic-mcp", "winget upgrade asyrjasalo.dynamic-mcp"],
	])("is %s's own command", (by, newest, pinned) => {
		expect([commandFor({ kind: "managed", by }), commandFor({ kind: "managed", by }, "2.1.0")]).toEqual([
			newest,
			pinned,
		]);
	});

	test("is git's and a build where it is run from source", () => {
		expect(commandFor({ kind: "source" })).toBe("git pull && bun run build");
	});

	test("is the installer where it is not known, with the version that was asked for", () => {
		const url = `${repository}/releases/latest/download/install`;
		expect(commandFor({ kind: "unknown" })).toBe(`curl -fsSL ${url}.sh | sh`);
		expect(commandFor({ kind: "unknown" }, "2.1.0")).toBe(`curl -fsSL ${url}.sh | DYNAMIC_MCP_VERSION=2.1.0 sh`);
		expect(installLine({ repository, version: undefined, isWindows: true })).toBe(`irm ${url}.ps1 | iex`);
		expect(installLine({ repository, version: "2.1.0", isWindows: true })).toBe(
			`$env:DYNAMIC_MCP_VERSION = "2.1.0"; irm ${url}.ps1 | iex`,
		);
	});

	test("comes with where the program is and who put it there", () => {
		const parts = { path: "/x/dynamic-mcp", version: undefined, repository, isWindows: false };
		expect(adviseOn({ kind: "managed", by: "homebrew" }, parts).found).toBe(
			"/x/dynamic-mcp was installed with Homebrew, which has to upgrade it, too",
		);
		expect(adviseOn({ kind: "unknown" }, parts).found).toStartWith("/x/dynamic-mcp was not put there by the installer");
	});
});
