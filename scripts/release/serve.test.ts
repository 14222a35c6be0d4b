import { expect, test } from "bun:test";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { serveRelease } from "./serve.ts";

test("the latest release is found by a redirect to its tag, as on GitHub", async () => {
	await using folder = openTempDir();
	await using release = serveRelease(folder.path, "2.1.0");
	const { status, headers } = await fetch(`${release.baseUrl}/latest`, { redirect: "manual" });
	expect([status, headers.get("location")]).toEqual([302, "/releases/tag/v2.1.0"]);
});

test("a file is served under its version, and under the latest", async () => {
	await using folder = openTempDir();
	folder.write("SHA256SUMS", "sums\n");
	await using release = serveRelease(folder.path, "2.1.0");
	for (const where of ["download/v2.1.0", "latest/download"]) {
		expect(await (await fetch(`${release.baseUrl}/${where}/SHA256SUMS`)).text()).toBe("sums\n");
	}
});

test("what is not in the release is not found", async () => {
	await using folder = openTempDir();
	folder.write("SHA256SUMS", "sums\n");
	await using release = serveRelease(folder.path, "2.1.0");
	for (const path of ["download/v2.1.0/other", "download/v2.1.0/", "download/v2.0.0/SHA256SUMS", "tag/v2.0.0"]) {
		expect((await fetch(`${release.baseUrl}/${path}`)).status).toBe(404);
	}
});

test("the command gets the address, and its exit code is passed on", async () => {
	await using folder = openTempDir();
	const script = "case $DYNAMIC_MCP_DOWNLOAD_BASE_URL in http://127.0.0.1:*/releases) exit 7 ;; esac";
	const run = Bun.spawn([process.execPath, `${import.meta.dir}/serve.ts`, folder.path, "sh", "-c", script]);
	expect(await run.exited).toBe(7);
});

test("without a command it says how it is used", () => {
	const { exitCode, stderr } = Bun.spawnSync([process.execPath, `${import.meta.dir}/serve.ts`, "folder"]);
	expect([exitCode, stderr.toString()]).toEqual([2, expect.stringContaining("usage: bun scripts/release/serve.ts")]);
});
