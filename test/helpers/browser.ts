/** A headless browser, for what only a browser can tell: whether a page is shown as it is meant to be. */
import { test } from "bun:test";

import { eventually } from "./eventually.ts";
import { killAll, processesWithEnvironment } from "./processes.ts";
import { openTempDir } from "./temp-dir.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome-headless-shell"];

/** `BUN_CHROME_PATH`, else the first that is on PATH. */
function findBrowser(): string | undefined {
	if (process.env["BUN_CHROME_PATH"]) return process.env["BUN_CHROME_PATH"];
	return names.map((name) => Bun.which(name)).find((path) => path !== null);
}

/**
 * `test` where there is a browser. Elsewhere its tests are skipped, on build machines too, as a browser is not to be had
 * everywhere; a line says so.
 */
export function testWithBrowser(): typeof test {
	if (findBrowser() !== undefined) return test;
	process.stderr.write(`SKIPPED: tests in a browser, as none of ${names.join(", ")} is on PATH\n`);
	return test.skip;
}

export interface Browser extends AsyncDisposable {
	readonly view: Bun.WebView;
	/** Once the page whose title has this in it is shown. */
	shows(title: string): Promise<void>;
	/** The page's text, as it is seen. */
	text(): Promise<string>;
}

/** It goes nowhere by itself, and keeps nothing. One at a time in a process: a second one would be a tab of the first. */
export async function openBrowserView(): Promise<Browser> {
	const folder = openTempDir();
	const path = findBrowser();
	if (path === undefined) throw new Error("there is no browser");
	const argv = [
		"--no-sandbox", // Tests may run as root.
		"--disable-gpu",
		"--disable-quic",
		"--no-first-run",
		"--no-proxy-server",
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-sync",
		"--disable-breakpad",
	];
	// It also writes where its profile is not.
	const home = `HOME='${folder.path}' TMPDIR='${folder.path}' XDG_CONFIG_HOME= XDG_CACHE_HOME=`;
	const start = folder.write("browser", `#!/bin/sh\n${home} exec '${path}' "$@"\n`, 0o755);
	const options: Bun.WebView.ConstructorOptions = {
		backend: { type: "chrome", path: start, url: false, argv },
		dataStore: { directory: folder.path },
		width: 800,
		height: 600,
	};
	// As long as Bun has not noticed that the process of the last one is gone, there is no new one.
	const { view } = await eventually(
		() => openView(options),
		({ view }) => view !== undefined,
	);
	if (view === undefined) throw new Error("the browser does not start");
	return {
		view,
		async shows(title) {
			await eventually(
				// While a page is being left there is nothing to ask.
				() => view.evaluate("document.readyState + ' ' + document.title").catch(() => ""),
				(found) => String(found).startsWith("complete ") && String(found).includes(title),
			);
		},
		text: async () => String(await view.evaluate("document.body.innerText")),
		async [Symbol.asyncDispose]() {
			// Answered once Bun has seen the browser end: before that, the next one would be given what is left of this one.
			const ended = Promise.try(() => view.evaluate("new Promise(() => {})")).catch(() => {});
			Bun.WebView.closeAll();
			await ended;
			view.close();
			// That leaves the processes that the browser has started, which may still write.
			await killAll(() => processesWithEnvironment("HOME", folder.path));
			await folder[Symbol.asyncDispose]();
		},
	};
}

function openView(options: Bun.WebView.ConstructorOptions): { view?: Bun.WebView; problem?: string } {
	try {
		return { view: new Bun.WebView(options) };
	} catch (error) {
		return { problem: String(error) };
	}
}
