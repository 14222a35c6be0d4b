/** A call has a person sign in with a browser: the sign-in page is followed, our page is shown, the call is carried out. */
import { expect } from "bun:test";

import { openBrowserView, testWithBrowser } from "../helpers/browser.ts";
import { eventually } from "../helpers/eventually.ts";
import { textOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { startSignedMcp } from "../helpers/signed-mcp.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const test = testWithBrowser();

test("a call waits for the person in the browser, and is carried out", async () => {
	await using server = await startSignedMcp();
	// A person has to say yes before the server goes on as usual.
	server.on["/authorize"] = ({ query }) => {
		if (query.has("yes")) return undefined;
		const yes = `/authorize?${query.toString()}&yes=1`;
		const page = `<!doctype html><title>Log in</title><a id="yes" href="${Bun.escapeHTML(yes)}">Yes</a>`;
		return new Response(page, { headers: { "content-type": "text/html" } });
	};
	await using folder = openTempDir();
	const opened = folder.write("opened", "");
	// Notes the address for the browser of this test.
	const command = folder.write("browser", `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`, 0o755);
	const env = { BROWSER: command, DYNAMIC_MCP_NO_BROWSER: "" };
	await using proxy = await startProxyOf(server, {}, { settings: { tokenStore: "file" }, env });
	await using browser = await openBrowserView();

	const call = proxy.call("work");
	const [address = ""] = await eventually(
		async () => (await Bun.file(opened).text()).split("\n"),
		(lines) => lines.length > 1,
	);
	await browser.view.navigate(address);
	await browser.shows("Log in");
	expect(server.calls).toEqual([]);
	await browser.view.click("#yes");
	await browser.shows("Signed in to remote");
	expect(textOf(await call)).toBe("done");
	expect((await Bun.file(opened).text()).trim().split("\n")).toHaveLength(1);
});
