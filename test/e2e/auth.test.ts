/** A person signs in from the terminal, looks at what there is, and signs out. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";

import { type AuthorizationServer, startAuthorizationServer } from "../helpers/authorization-server.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { openBrowserView, testWithBrowser } from "../helpers/browser.ts";
import { openProgram } from "../helpers/program.ts";
import { type Outcome, runCli } from "../helpers/run-cli.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { keys, openTerminal } from "../helpers/terminal.ts";

/** A home whose config has the server as "docs", and keeps sign-ins in files. */
async function openHome(server: AuthorizationServer, more: object = {}) {
	const home = openTempDir();
	const mcpServers = { docs: { url: server.url, ...more }, files: { command: "files" } };
	const config = JSON.stringify({ mcpServers, settings: { tokenStore: "file" } });
	home.write(".dynamic-mcp/dynamic-mcp.json", config);
	const folder = `${home.path}/.dynamic-mcp/oauth-servers`;
	return {
		path: home.path,
		/** Every file beside the config, with its mode. */
		files: () =>
			readdirSync(folder).map((name) => {
				const path = `${folder}/${name}`;
				return { name, mode: statSync(path).mode & 0o777, text: readFileSync(path, "utf8") };
			}),
		auth: (...args: string[]): Promise<Outcome> => runCli(["auth", ...args], { home: home.path }),
		/** The command as it waits, and the address that it shows. */
		async signIn() {
			const command = [binaryPath(), "auth", "docs"];
			const program = openProgram({ command, cwd: home.path, env: cleanEnvironment(home.path) });
			const address = await program.nextLine(/^http:\/\/127\.0\.0\.1:\d+\/authorize\?/);
			return { address, program, [Symbol.asyncDispose]: program.kill };
		},
		[Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
	};
}

const signedIn =
	/^Signed in to docs \(http:\/\/127\.0\.0\.1:\d+\/mcp\), until \d{4}-\d\d-\d\d \d\d:\d\d and then renewed/;

test.concurrent("signing in, the list, and signing out", async () => {
	await using server = await startAuthorizationServer({ challenge: ', scope="read"' });
	await using home = await openHome(server);
	expect((await home.auth("list")).stdout).toMatch(/\ndocs +http:\/\/\S+\/mcp +not signed in +- +-\n$/);

	await using waiting = await home.signIn();
	const page = await fetch(waiting.address);
	expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Signed in to docs")]);
	await waiting.program.nextLine(signedIn);

	const list = await home.auth("list");
	expect(list.stdout).toMatch(/\ndocs +http:\/\/\S+\/mcp +signed in +read +\d{4}-\d\d-\d\d \d\d:\d\d, then renewed\n$/);
	const kept = home.files().filter(({ text }) => text.includes("as-access"));
	expect(kept.map(({ mode }) => mode)).toEqual([0o600]);
	expect(list.stdout + waiting.program.lines().join("\n")).not.toMatch(/as-(access|refresh)/);

	expect(await home.auth("logout", "docs")).toEqual({
		code: 0,
		stdout: "Signed out of docs: its tokens are revoked and forgotten.\n",
		stderr: "",
	});
	expect(server.of("/revoke")).toHaveLength(2);
	expect(home.files().filter(({ text }) => text.includes("as-"))).toEqual([]);
	expect((await home.auth("logout", "docs")).stdout).toBe("Nobody was signed in to docs.\n");
});

test.concurrent("at a terminal it is said what is waited for, and taken away again", async () => {
	await using server = await startAuthorizationServer();
	await using home = await openHome(server);
	await using terminal = openTerminal({ command: [binaryPath(), "auth", "docs"], home: home.path });
	await terminal.see(/Asking http:\/\/127\.0\.0\.1:\d+\/mcp where to sign in …/);
	await terminal.see("To sign in to docs, open this address:");
	expect(terminal.raw).toContain("where to sign in …\u001B[22m\r\u001B[2K");
	terminal.type(keys.ctrlC);
	expect(await terminal.exited).toBe(1);
});

test.concurrent("two who sign in at the same time share the address, and both learn of the end", async () => {
	await using server = await startAuthorizationServer();
	await using home = await openHome(server);
	await using one = await home.signIn();
	await using other = await home.signIn();
	expect(other.address).toBe(one.address);
	expect((await fetch(one.address)).status).toBe(200);
	await Promise.all([one.program.nextLine(signedIn), other.program.nextLine(signedIn)]);
	expect(server.of("/register")).toHaveLength(1);
});

test.concurrent("a sign-in whose process was killed is not waited for", async () => {
	await using server = await startAuthorizationServer();
	await using home = await openHome(server);
	const killed = await home.signIn();
	await killed.program.kill();
	await using next = await home.signIn();
	expect(next.address).not.toBe(killed.address);
	expect((await fetch(next.address)).status).toBe(200);
	await next.program.nextLine(signedIn);
});

test.concurrent.each([
	["a client that registers itself", {}],
	["a client of the config", { oauth_client_id: "app" }],
])(
	"a sign-in by %s, of a server that the config no longer has, is listed, and ended by its address",
	async (_, more) => {
		await using server = await startAuthorizationServer();
		await using home = await openHome(server, more);
		await using waiting = await home.signIn();
		await (await fetch(waiting.address)).text();
		await waiting.program.nextLine(signedIn);
		await Bun.write(`${home.path}/.dynamic-mcp/dynamic-mcp.json`, '{"mcpServers":{},"settings":{"tokenStore":"file"}}');
		expect((await home.auth("list")).stdout).toMatch(/\n\(no group\) +http:\S+ +signed in /);
		expect((await home.auth("logout", server.url)).stdout).toStartWith(
			`Signed out of ${server.url}: its tokens are revoked`,
		);
		expect((await home.auth("list")).stdout).toStartWith("No server of the config is at a URL");
	},
);

test.concurrent("what is wrong with the server is said", async () => {
	await using server = await startAuthorizationServer();
	server.on["/register"] = () => new Response("", { status: 500 });
	await using home = await openHome(server);
	const { code, stderr } = await home.auth("docs");
	expect(code).toBe(1);
	expect(stderr).toStartWith("dynamic-mcp: ");
	expect(stderr).toContain(`${server.origin}/register`);
	expect(stderr).not.toContain("internal error");
});

test.concurrent("a key that is not there is named, and is no fault of ours", async () => {
	await using server = await startAuthorizationServer();
	await using home = await openHome(server, { oauth_client_id: "c", oauth_private_key: "/nowhere/key.pem" });
	const { code, stderr } = await home.auth("docs");
	expect([code, stderr]).toEqual([
		1,
		expect.stringMatching(/^dynamic-mcp: "docs" cannot be signed in .*oauth_private_key.*key\.pem/),
	]);
});

testWithBrowser()("in a browser, the page that it comes back to says so, and the command ends", async () => {
	await using server = await startAuthorizationServer();
	await using home = await openHome(server);
	await using browser = await openBrowserView();
	await using waiting = await home.signIn();
	await browser.view.navigate(waiting.address);
	await browser.shows("Signed in to docs");
	await waiting.program.nextLine(signedIn);
});
