/** Every client on a Linux machine: imported, connected, started from its own file, and disconnected again. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { clients, findClient } from "../../src/clients/all.ts";
import { parseDocument } from "../../src/clients/document.ts";
import { removeEntry } from "../../src/clients/edit/edit.ts";
import { entryIn } from "../../src/clients/edit/expected.ts";
import { programIn } from "../../src/clients/our-entry.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { run, type Sample, samples, second } from "../helpers/client-samples.ts";
import { plainClient } from "../helpers/sdk-client.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

/** As the client would: what its own file says, without a shell. */
async function askThrough(home: TempDir, entry: unknown): Promise<{ tools: string[]; said: unknown }> {
	const program = programIn(entry);
	const client = plainClient();
	const transport = new StdioClientTransport({
		command: program?.command ?? "",
		args: [...(program?.args ?? [])],
		env: cleanEnvironment(home.path),
		cwd: home.path,
		stderr: "ignore",
	});
	try {
		await client.connect(transport);
		const { tools } = await client.listTools();
		const call = { group: "echo", name: "echo", args: { text: "hello" } };
		const { content } = await client.callTool({ name: "call_dynamic_tool", arguments: call });
		return { tools: tools.map(({ name }) => name), said: content };
	} finally {
		await client.close();
	}
}

/** The file that is said to have our entry. */
function fileIn(home: TempDir, stdout: string): string {
	const [, path = ""] = / is connected: ~\/(\S+) starts dynamic-mcp\.$/m.exec(stdout) ?? [];
	return join(home.path, path);
}

async function roundTrip(id: string, { path, format, keys, text }: Sample): Promise<void> {
	await using home = openTempDir();
	const own = home.write(path, text, 0o640);
	await run(home, "import", id, "--yes");
	const file = fileIn(home, await run(home, "connect", id));
	const edited = readFileSync(file, "utf8");
	const parsed = parseDocument(edited, format);
	const entry = entryIn("value" in parsed ? parsed.value : undefined, keys, "dynamic-mcp");
	expect(programIn(entry)).toEqual({ command: binaryPath(), args: [] });
	if (file === own) expect(removeEntry(edited, format, keys, "dynamic-mcp")).toBe(text);
	else expect(readFileSync(own, "utf8")).toBe(text);
	expect(await askThrough(home, entry)).toEqual({
		tools: ["get_dynamic_tools", "call_dynamic_tool"],
		said: [{ type: "text", text: "hello" }],
	});
	expect(await run(home, "connect", id)).toContain("is connected already");
	await run(home, "disconnect", id);
	expect([readFileSync(own, "utf8"), existsSync(file)]).toEqual([text, file === own]);
	expect(await run(home, "disconnect", id)).toContain("is not connected");
}

describe("from import to disconnect", () => {
	test.concurrent.each(Object.keys(samples))("%s", async (id) => {
		const sample = samples[id];
		if (sample !== undefined) await roundTrip(id, sample);
	});

	test.concurrent("OpenCode's second version", () => roundTrip("opencode", second));

	test("no client is missing", () => {
		const others = clients.map(({ id }) => id).filter((id) => samples[id] === undefined);
		expect(others).toEqual(["visualstudio"]);
		expect(findClient("visualstudio").places({ platform: "linux", env: {}, home: "/h", project: "/p" })).toEqual([]);
	});
});
