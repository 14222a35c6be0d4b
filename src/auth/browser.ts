/** Opens an address in the person's browser, where there is one to be seen. */
import { type Clock, within } from "../base/clock.ts";

export interface BrowserSurroundings {
	readonly platform: NodeJS.Platform;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** `--no-browser`. */
	readonly isForbidden: boolean;
}

export type BrowserChoice =
	/** To be tried in this order, until one works. */
	{ readonly kind: "open"; readonly commands: readonly (readonly string[])[] } | NoBrowser;

interface NoBrowser {
	readonly kind: "none";
	/** As in "no browser was opened: …". */
	readonly why: string;
}

/** Which commands open the address, or why none is to be tried. Pure. */
export function chooseBrowser(address: string, { platform, env, isForbidden }: BrowserSurroundings): BrowserChoice {
	const url = webAddress(address);
	if (url === undefined) return none("the address is not one of the web");
	if (isForbidden) return none("--no-browser says so");
	if (isSet(env["DYNAMIC_MCP_NO_BROWSER"])) return none("DYNAMIC_MCP_NO_BROWSER is set");
	const wanted = browserCommands(env["BROWSER"] ?? "", url, platform);
	// Whoever sets it knows of a browser that is seen, even over SSH: editors on a remote machine do so.
	if (wanted.length > 0) return { kind: "open", commands: wanted };
	if (isSet(env["SSH_CONNECTION"]) || isSet(env["SSH_TTY"])) return none("this is a session over SSH");
	if (platform === "darwin") return { kind: "open", commands: [["open", url]] };
	if (platform === "win32") return { kind: "open", commands: [windowsCommand("rundll32", url)] };
	return chooseOnUnix(url, env);
}

function chooseOnUnix(url: string, env: BrowserSurroundings["env"]): BrowserChoice {
	const hasDisplay = isSet(env["DISPLAY"]) || isSet(env["WAYLAND_DISPLAY"]);
	const viewed = hasDisplay ? [["xdg-open", url]] : [];
	// Linux within Windows shows the browser of Windows, with a display of its own or without.
	const isWithinWindows = isSet(env["WSL_DISTRO_NAME"]) || isSet(env["WSL_INTEROP"]);
	const ofWindows = isWithinWindows ? [["wslview", url], windowsCommand("rundll32.exe", url)] : [];
	const commands = [...ofWindows, ...viewed];
	return commands.length > 0 ? { kind: "open", commands } : none("there is no display");
}

/** No shell reads it, so that `&` in the address is nothing special: `cmd /c start` would run what follows it. */
function windowsCommand(program: string, url: string): string[] {
	return [program, "url.dll,FileProtocolHandler", url];
}

/**
 * `BROWSER` as is the custom: commands with a colon between them (on Windows a semicolon), in each of which `%s` stands for the
 * address and `%%` for a percent sign; without a `%s` the address comes last. Quotes keep blanks together.
 */
function browserCommands(variable: string, url: string, platform: NodeJS.Platform): string[][] {
	return variable
		.split(platform === "win32" ? ";" : ":")
		.map(wordsOf)
		.filter((words) => words.length > 0)
		.map((words) => {
			const filled = words.map((word) => word.replaceAll(/%[s%]/g, (mark) => (mark === "%s" ? url : "%")));
			return words.some((word) => /%s/.test(word.replaceAll("%%", ""))) ? filled : [...filled, url];
		});
}

function wordsOf(command: string): string[] {
	const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
	return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** With everything escaped that is no part of an address. Nothing else may be opened: other schemes start programs. */
function webAddress(address: string): string | undefined {
	const url = URL.parse(address);
	return url?.protocol === "http:" || url?.protocol === "https:" ? url.href : undefined;
}

function isSet(value: string | undefined): boolean {
	return value !== undefined && value !== "";
}

function none(why: string): NoBrowser {
	return { kind: "none", why };
}

/** Some commands end once the browser has the address, others with the browser: who still runs by then has not failed. */
const failsWithinMs = 2000;

/**
 * True when a browser has taken the address. The browser outlives us, and what it prints is seen nowhere: our own stdout
 * is the protocol's.
 */
export async function openBrowser(address: string, surroundings: BrowserSurroundings, clock: Clock): Promise<boolean> {
	const choice = chooseBrowser(address, surroundings);
	if (choice.kind === "none") return false;
	for (const command of choice.commands) {
		if (await run(command, surroundings.env, clock)) return true;
	}
	return false;
}

async function run(command: readonly string[], env: BrowserSurroundings["env"], clock: Clock): Promise<boolean> {
	try {
		const child = Bun.spawn([...command], {
			env,
			stdin: "ignore",
			stdout: "ignore",
			stderr: "ignore",
			windowsHide: true,
			// Ctrl-C at our terminal, and our end, are none of its business.
			detached: true,
		});
		child.unref();
		const code = await within(clock, failsWithinMs, child.exited);
		return code === undefined || code === 0;
	} catch {
		// Not installed: the next one may be, and whoever asks is told when there is none.
		return false;
	}
}
