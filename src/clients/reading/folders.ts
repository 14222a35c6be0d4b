/** The folders that clients keep their configs in, in each platform's own spelling. Pure. */
import { posix, win32 } from "node:path";

import type { Format, Machine, Place, Platform } from "../types.ts";

export interface Folders {
	readonly platform: Platform;
	/** A variable of the environment that is not empty. */
	readonly variable: (name: string) => string | undefined;
	readonly join: (...parts: readonly string[]) => string;
	readonly home: (...parts: readonly string[]) => string;
	readonly project: (...parts: readonly string[]) => string;
	/** `~/.config`, or XDG_CONFIG_HOME, on every system. */
	readonly config: (...parts: readonly string[]) => string;
	/** `%APPDATA%`; used on Windows. */
	readonly appData: (...parts: readonly string[]) => string;
	/** `%LOCALAPPDATA%`; used on Windows. */
	readonly localAppData: (...parts: readonly string[]) => string;
	/** Where desktop programs keep what is theirs: `Application Support`, `~/.config` or `%APPDATA%`. */
	readonly desktop: (...parts: readonly string[]) => string;
}

export function foldersOf({ platform, env, home, project }: Machine): Folders {
	const { join } = platform === "win32" ? win32 : posix;
	const variable = (name: string) => env[name] || undefined;
	const under =
		(top: string) =>
		(...parts: readonly string[]) =>
			join(top, ...parts);
	const config = under(variable("XDG_CONFIG_HOME") ?? join(home, ".config"));
	const appData = under(variable("APPDATA") ?? join(home, "AppData", "Roaming"));
	const desktop = {
		darwin: under(join(home, "Library", "Application Support")),
		linux: config,
		win32: appData,
	};
	return {
		platform,
		variable,
		join,
		home: under(home),
		project: under(project),
		config,
		appData,
		localAppData: under(variable("LOCALAPPDATA") ?? join(home, "AppData", "Local")),
		desktop: desktop[platform],
	};
}

/** What a place is besides its path: by default a file in JSON that we may write. */
type Besides = Partial<Pick<Place, "note" | "isReadOnly" | "isPattern" | "keys">>;

export function globalFile(path: string, besides: Besides = {}): Place {
	return { path, scope: "global", format: formatOf(path), ...besides };
}

export function projectFile(path: string, besides: Besides = {}): Place {
	return { path, scope: "project", format: formatOf(path), ...besides };
}

function formatOf(path: string): Format {
	if (path.endsWith(".toml")) return "toml";
	if (path.endsWith("crushrc")) return "shell";
	return /\.ya?ml$/.test(path) ? "yaml" : "json";
}

/** The `User` folders of Visual Studio Code and of the editors made from it, which extensions keep their settings in. */
export function editorFolders({ platform, home, desktop, join }: Folders): string[] {
	const editors = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"].map((name) => desktop(name, "User"));
	// Where the editor's other half runs when it is used from another machine.
	const servers = platform === "linux" ? [home(".vscode-server", "data", "User")] : [];
	return [...editors, ...servers.map((folder) => join(folder))];
}

/** Where a client keeps what holds for the whole machine: in a folder that each system has elsewhere, and calls otherwise. */
export function systemFile(
	{ platform, join, variable }: Folders,
	names: Readonly<Record<Platform, string>>,
	file: string,
	[windowsFolder, usual]: readonly [variable: string, usual: string] = ["PROGRAMDATA", "C:\\ProgramData"],
): string {
	const tops = { darwin: "/Library/Application Support", linux: "/etc", win32: variable(windowsFolder) ?? usual };
	return join(tops[platform], names[platform], file);
}
