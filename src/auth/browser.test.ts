/** Which command opens an address is decided without opening one; the rest is seen with commands of our own. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";

import { eventually } from "../../test/helpers/eventually.ts";
import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { systemClock } from "../base/clock.ts";
import { type BrowserSurroundings, chooseBrowser, openBrowser } from "./browser.ts";

const url = "https://login.example/authorize?a=1&b=2";

const on = (platform: NodeJS.Platform, env: BrowserSurroundings["env"] = {}): BrowserSurroundings => ({
	platform,
	env,
	isForbidden: false,
});

describe("the command", () => {
	const seen = { DISPLAY: ":0" };
	const rundll = (program: string) => [program, "url.dll,FileProtocolHandler", url];
	test.each<[string, BrowserSurroundings, string[][]]>([
		["on macOS", on("darwin"), [["open", url]]],
		["on Windows is run without a shell", on("win32"), [rundll("rundll32")]],
		["on Linux with X", on("linux", seen), [["xdg-open", url]]],
		["on Linux with Wayland", on("linux", { WAYLAND_DISPLAY: "wayland-0" }), [["xdg-open", url]]],
		["on FreeBSD", on("freebsd", seen), [["xdg-open", url]]],
		["in WSL", on("linux", { WSL_DISTRO_NAME: "Debian" }), [["wslview", url], rundll("rundll32.exe")]],
		[
			"in WSL with a display",
			on("linux", { WSL_INTEROP: "/run/WSL/1_interop", ...seen }),
			[["wslview", url], rundll("rundll32.exe"), ["xdg-open", url]],
		],
		[
			"is $BROWSER, with the address at the end",
			on("linux", { BROWSER: "firefox -P work" }),
			[["firefox", "-P", "work", url]],
		],
		["is $BROWSER without a display", on("linux", { BROWSER: "w3m" }), [["w3m", url]]],
		[
			"is $BROWSER over SSH",
			on("linux", { BROWSER: "/opt/helper.sh", SSH_TTY: "/dev/pts/1" }),
			[["/opt/helper.sh", url]],
		],
		["is $BROWSER on macOS", on("darwin", { BROWSER: "open -a Safari" }), [["open", "-a", "Safari", url]]],
		[
			"is each of $BROWSER in turn",
			on("linux", { BROWSER: "firefox %s:w3m: :lynx -x %s -y" }),
			[
				["firefox", url],
				["w3m", url],
				["lynx", "-x", url, "-y"],
			],
		],
		[
			"is each of $BROWSER in turn, with paths of Windows",
			on("win32", { BROWSER: '"C:\\Program Files\\ff.exe";edge' }),
			[
				["C:\\Program Files\\ff.exe", url],
				["edge", url],
			],
		],
		["has a percent sign for two", on("linux", { BROWSER: "show 100%% %s" }), [["show", "100%", url]]],
		["has the address even behind %%s", on("linux", { BROWSER: "show %%s" }), [["show", "%s", url]]],
		[
			"keeps what is quoted together",
			on("darwin", { BROWSER: "open -a 'Google Chrome' \"%s\"" }),
			[["open", "-a", "Google Chrome", url]],
		],
		["is the usual one when $BROWSER is empty", on("linux", { BROWSER: "", ...seen }), [["xdg-open", url]]],
	])("%s", (_name, surroundings, commands) => {
		expect(chooseBrowser(url, surroundings)).toEqual({ kind: "open", commands });
	});
});

describe("nothing is opened", () => {
	const seen = { DISPLAY: ":0" };
	test.each<[string, BrowserSurroundings, string]>([
		["with --no-browser", { ...on("darwin", { BROWSER: "firefox" }), isForbidden: true }, "--no-browser says so"],
		[
			"with DYNAMIC_MCP_NO_BROWSER",
			on("darwin", { DYNAMIC_MCP_NO_BROWSER: "1", BROWSER: "x" }),
			"DYNAMIC_MCP_NO_BROWSER is set",
		],
		["without a display", on("linux"), "there is no display"],
		["with an empty display", on("linux", { DISPLAY: "" }), "there is no display"],
		[
			"over SSH, for all that X is forwarded",
			on("linux", { SSH_CONNECTION: "1.2.3.4 5 6.7.8.9 22", ...seen }),
			"this is a session over SSH",
		],
		["over SSH on a Mac", on("darwin", { SSH_TTY: "/dev/ttys001" }), "this is a session over SSH"],
	])("%s", (_name, surroundings, why) => {
		expect(chooseBrowser(url, surroundings)).toEqual({ kind: "none", why });
	});

	test.each(["file:///etc/passwd", "javascript:alert(1)", "calculator:", "-a Calculator", ""])("for %p", (address) => {
		expect(chooseBrowser(address, on("darwin", { BROWSER: "firefox" })).kind).toBe("none");
	});
});

test("what is no part of an address is escaped before a command gets it", () => {
	const commands = [["open", "https://a.example/%22%20;%20rm?x=`id`"]];
	expect(chooseBrowser('https://a.example/" ; rm?x=`id`\n', on("darwin"))).toEqual({ kind: "open", commands });
});

describe("a command that", () => {
	/** Opens the address with these scripts of a shell, one after the other. */
	async function openWith(folder: { write(name: string, text: string, mode: number): string }, ...scripts: string[]) {
		const paths = scripts.map((script, index) => folder.write(`browser-${index}`, `#!/bin/sh\n${script}\n`, 0o755));
		return openBrowser(url, on("linux", { ...process.env, BROWSER: paths.join(":") }), systemClock);
	}

	test("takes the address has opened it", async () => {
		await using folder = openTempDir();
		expect(await openWith(folder, `printf %s "$1" > ${folder.path}/opened`)).toBe(true);
		expect(await Bun.file(`${folder.path}/opened`).text()).toBe(url);
	});

	test("fails has not, and the next one is tried", async () => {
		await using folder = openTempDir();
		expect(await openWith(folder, "exit 3", `: > ${folder.path}/second`)).toBe(true);
		expect(existsSync(`${folder.path}/second`)).toBe(true);
		expect(await openWith(folder, "exit 3", "exit 4")).toBe(false);
	});

	test("is not there has not", async () => {
		const surroundings = on("linux", { BROWSER: "/nowhere/browser" });
		expect(await openBrowser(url, surroundings, systemClock)).toBe(false);
	});

	test("is the browser itself, and stays, has opened it", async () => {
		await using folder = openTempDir();
		const clock = createFakeClock();
		const pidFile = `${folder.path}/pid`;
		const path = folder.write("browser", `#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 600\n`, 0o755);
		const opened = openBrowser(url, on("linux", { ...process.env, BROWSER: path }), clock);
		const pid = Number(await eventually(() => (existsSync(pidFile) ? Bun.file(pidFile).text() : ""), Boolean));
		clock.advance(2000);
		expect(await opened).toBe(true);
		process.kill(pid, "SIGKILL");
	});
});

test("what a browser prints is not on our stdout", async () => {
	await using folder = openTempDir();
	const path = folder.write("browser", "#!/bin/sh\necho noise; echo noise >&2\n", 0o755);
	const script = folder.write(
		"open.ts",
		`import { openBrowser } from "${import.meta.dir}/browser.ts";
import { systemClock } from "${import.meta.dir}/../base/clock.ts";
const surroundings = { platform: "linux", env: process.env, isForbidden: false };
process.exitCode = (await openBrowser("${url}", surroundings, systemClock)) ? 7 : 1;`,
	);
	const child = Bun.spawn([process.execPath, script], {
		env: { ...process.env, BROWSER: path },
		stdout: "pipe",
		stderr: "pipe",
	});
	const printed = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
	expect(printed).toEqual(["", "", 7]);
});
