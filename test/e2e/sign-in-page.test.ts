/** A person signs in with a browser: from the page of the authorization server to ours, which says how it went. */
import { afterAll, describe, expect } from "bun:test";

import { type Browser, openBrowserView, testWithBrowser } from "../helpers/browser.ts";
import { openLoginPage } from "../helpers/login-page.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { callbackOf, openSignIns } from "../helpers/waiting-sign-ins.ts";

const test = testWithBrowser();

let shared: Promise<Browser> | undefined;
const open = () => (shared ??= openBrowserView());
afterAll(async () => (await shared)?.[Symbol.asyncDispose]());

/** A sign-in that waits, whose address the browser shows. */
async function begin() {
	await using resources = new AsyncDisposableStack();
	const folder = resources.use(openTempDir());
	const login = resources.use(openLoginPage());
	const tried = resources.use(openSignIns({ folder: folder.path, server: login.url }));
	const signIn = await tried.signIns.begin(new AbortController().signal);
	if (signIn === undefined) throw new Error("no sign-in was needed");
	const browser = await open();
	await browser.view.navigate(signIn.url);
	const owned = resources.move();
	return { signIn, browser, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe("the page that the browser comes back to", () => {
	test("says that the person is signed in, and the waiting sign-in is done", async () => {
		await using begun = await begin();
		const { signIn, browser } = begun;
		await browser.view.click("#allow");
		await browser.shows("Signed in to docs");
		expect(await signIn.done).toBe(true);
		expect(await browser.text()).toContain("You can close this page");
	});

	test("says that the person has said no", async () => {
		await using begun = await begin();
		const { signIn, browser } = begun;
		await browser.view.click("#deny");
		await browser.shows("Not signed in to docs");
		expect(await signIn.ending).toEqual({ kind: "denied", reason: "the sign-in was denied" });
		expect(await browser.text()).toContain("the sign-in was denied");
	});

	test("is refused to an address of another sign-in, which goes on waiting", async () => {
		await using begun = await begin();
		const { signIn, browser } = begun;
		await browser.view.navigate(callbackOf(signIn.url, { code: "good", state: "other" }));
		await browser.shows("This is not the page you want");
		await browser.view.navigate(callbackOf(signIn.url, { code: "good" }));
		await browser.shows("Signed in to docs");
		expect(await signIn.done).toBe(true);
	});

	test("has its looks, loads nothing else, and runs nothing", async () => {
		await using begun = await begin();
		const { signIn, browser } = begun;
		const { view } = browser;
		await view.cdp("Log.enable");
		const complaints: unknown[] = [];
		view.addEventListener("Log.entryAdded", (event) => complaints.push((event as MessageEvent).data));
		await view.click("#allow");
		await browser.shows("Signed in to docs");
		expect(await view.evaluate("getComputedStyle(document.querySelector('main')).borderTopLeftRadius")).toBe("12px");
		expect(await view.evaluate("performance.getEntriesByType('resource').length")).toBe(0);
		expect(complaints).toEqual([]);
		const script = "document.createElement('script')";
		await view.evaluate(`document.head.append(Object.assign(${script}, { textContent: "window.wasRun = true" }))`);
		expect(await view.evaluate("window.wasRun === undefined")).toBe(true);
		expect(await signIn.done).toBe(true);
	});
});
