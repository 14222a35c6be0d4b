import { expect, test } from "bun:test";

import { explainFailure } from "./failure.ts";

const systemError = (code: string) => Object.assign(new Error(`${code}: it says`), { code, syscall: "open" });

test.each([
	["EACCES", "you may not write to /dev/null/x", "install into a folder of yours:\n  INSTALL"],
	["EPERM", "you may not write to /dev/null/x", "install into a folder of yours:\n  INSTALL"],
	["EROFS", "/dev/null/x is on a disk that cannot be written to", "DYNAMIC_MCP_INSTALL_DIR"],
	["ENOSPC", "there is no room left on the disk of /dev/null/x", "Make room"],
	["EDQUOT", "there is no room left on the disk of /dev/null/x", "Make room"],
	["EBUSY", "another program is using the files in /dev/null/x", "Close your clients"],
	["EIO", "could not put the new version into /dev/null/x: EIO: it says", "Nothing has been changed."],
])("%s becomes what the person can act on", async (code, message, hint) => {
	expect(await explainFailure(systemError(code), "/dev/null/x", "INSTALL")).toMatchObject({
		name: "UserError",
		message,
		hint: expect.stringContaining(hint),
	});
});

test("whose folder it is, is said", async () => {
	const failure = await explainFailure(systemError("EACCES"), "/", "INSTALL");
	const whose = process.getuid?.() === 0 ? "it is yours, but write-protected" : "it belongs to root, and you are ";
	expect(failure).toMatchObject({ message: expect.stringContaining(`you may not write to /: ${whose}`) });
});

test("a fault of ours stays one", async () => {
	const fault = new TypeError("undefined is not a function");
	expect(await explainFailure(fault, "/dev/null/x", "INSTALL")).toBe(fault);
});
