/** The check of a release has to find what is wrong with one. */
import { expect, test } from "bun:test";
import { join } from "node:path";

import { openTempDir, type TempDir } from "../test/helpers/temp-dir.ts";
import { archiveName, targets } from "./release/targets.ts";

const names = targets.filter(({ isExtra }) => !isExtra).map(archiveName);

function sumOf(text: string): string {
	return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/** A release of archives that are none; only their sums are right. */
function writeRelease(directory: TempDir, sums: (name: string) => string | undefined): void {
	for (const name of names) directory.write(name, name);
	const lines = names.flatMap((name) => (sums(name) === undefined ? [] : [`${sums(name)}  ${name}\n`]));
	directory.write("SHA256SUMS", lines.join(""));
}

async function verify(...args: string[]): Promise<{ code: number; stdout: string; problems: string[] }> {
	const script = join(import.meta.dir, "verify-release.ts");
	const run = Bun.spawn([process.execPath, script, ...args], { stdout: "pipe", stderr: "pipe" });
	const [stdout, stderr] = await Promise.all([run.stdout.text(), run.stderr.text()]);
	return { code: await run.exited, stdout, problems: stderr.trimEnd().split("\n") };
}

test("archives that are none are found, each by name", async () => {
	await using directory = openTempDir();
	writeRelease(directory, sumOf);
	const { code, stdout, problems } = await verify(directory.path);
	expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
	expect(problems.map((problem) => problem.split(":")[0])).toEqual(names);
});

test("a wrong sum, a missing archive and a different second build are found", async () => {
	await using directory = openTempDir();
	await using again = openTempDir();
	const [first = "", second = ""] = names;
	writeRelease(directory, (name) => (name === first ? undefined : name === second ? sumOf("other") : sumOf(name)));
	writeRelease(again, sumOf);
	const { code, problems } = await verify(directory.path, "--again", again.path);
	expect(code).toBe(1);
	expect(problems.slice(0, 3)).toEqual([
		`${first} is missing`,
		`${second} does not have the sum in SHA256SUMS`,
		`${second} is different when it is built again`,
	]);
});

test("a list of sums that is none is refused", async () => {
	await using directory = openTempDir();
	directory.write("SHA256SUMS", `${sumOf("x")} dynamic-mcp.tar.gz\n`);
	const { code, problems } = await verify(directory.path);
	expect(code).toBe(1);
	expect(problems.join("\n")).toContain("SHA256SUMS: line 1 is");
});
