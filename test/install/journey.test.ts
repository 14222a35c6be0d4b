/** From the line that people paste to the first answer of a server, with the program as it is built. */
import { expect, test } from "bun:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { version } from "../../package.json";
import { binaryPath } from "../helpers/binary.ts";
import { officialServer } from "../helpers/servers.ts";
import { hasTools } from "../helpers/tools.ts";
import { openSandbox, script, target } from "./sandbox.ts";

test.skipIf(!hasTools("curl"))(
	"one line installs the program, and it serves a client with next to no environment",
	async () => {
		await using sandbox = await openSandbox(["sh"]);
		const { home, host, bin } = sandbox;
		await host.publish(version, new Uint8Array(await Bun.file(binaryPath()).arrayBuffer()));
		host.put("latest/download/install.sh", await Bun.file(script).text());

		const line = Bun.spawn(["sh", "-c", `curl -fsSL ${host.base}/latest/download/install.sh | sh`], {
			env: { HOME: home.path, PATH: "/usr/bin:/bin", DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base },
			stdout: "pipe",
			stderr: "pipe",
		});
		const [stdout, stderr] = await Promise.all([line.stdout.text(), line.stderr.text()]);
		expect({ code: await line.exited, stderr }).toEqual({ code: 0, stderr: "" });
		expect(sandbox.version()).toStartWith(`dynamic-mcp ${version} (`);
		expect(sandbox.receipt()).toMatchObject({ method: "install.sh", version, target });

		// What the last lines say to do next: the servers into the config, and the command into the client.
		home.write("files/a.txt", "first line\n");
		const { command, args } = officialServer("filesystem", `${home.path}/files`);
		home.write(".dynamic-mcp/dynamic-mcp.json", JSON.stringify({ mcpServers: { files: { command, args } } }));
		const snippet = JSON.parse(/^ *(\{"mcpServers".*)$/m.exec(stdout)?.[1] ?? "") as {
			mcpServers: Record<string, { command: string }>;
		};
		expect(snippet.mcpServers).toEqual({ "dynamic-mcp": { command: `${bin}/dynamic-mcp` } });

		const client = new Client({ name: "test", version: "1.0.0" });
		const env = { HOME: home.path, PATH: "/usr/bin:/bin" };
		try {
			await client.connect(
				new StdioClientTransport({ ...snippet.mcpServers["dynamic-mcp"]!, args: [], env, cwd: "/", stderr: "ignore" }),
			);
			expect(client.getServerVersion()).toMatchObject({ name: "dynamic-mcp", version });
			const { tools } = await client.listTools();
			expect(tools.map(({ name }) => name)).toEqual(["get_dynamic_tools", "call_dynamic_tool"]);
			const offer = await client.callTool({ name: "get_dynamic_tools", arguments: { group: "files" } });
			expect(JSON.stringify(offer)).toContain("read_text_file");
			const read = { group: "files", name: "read_text_file", args: { path: `${home.path}/files/a.txt` } };
			expect(await client.callTool({ name: "call_dynamic_tool", arguments: read })).toMatchObject({
				content: [{ type: "text", text: "first line\n" }],
			});
		} finally {
			await client.close();
		}

		expect(await sandbox.install(["--uninstall", "--purge", "-y"])).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files().filter((path) => /dynamic-mcp|dmcp/.test(path))).toEqual([]);
	},
);
