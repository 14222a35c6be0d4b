/** Runs a downloaded program before it takes anybody's place. */
import { errorText, UserError } from "../base/errors.ts";

/** Longer than the slowest machine needs for its first start of a new file, virus scanner included. */
const patienceMs = 60_000;

/** Throws `UserError`, saying what was seen, when it does not run or is another version than the one that was asked for. */
export async function tryOut(program: string, version: string, url: string): Promise<void> {
	const { said, failure } = await askVersion(program);
	const [name, found] = said.split(" ");
	if (failure === undefined && name === "dynamic-mcp" && found === version) return;
	const seen =
		failure === undefined ? `says that it is "${said.slice(0, 200)}"` : `does not run on this machine: ${failure}`;
	throw new UserError(`the program in ${url} should be dynamic-mcp ${version}, but ${seen}`, {
		hint: "Nothing has been changed. Please report it: the release is broken.",
	});
}

interface Seen {
	/** Its first line. */
	readonly said: string;
	readonly failure: string | undefined;
}

async function askVersion(program: string): Promise<Seen> {
	try {
		const child = Bun.spawn([program, "--version"], {
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			timeout: patienceMs,
			killSignal: "SIGKILL",
		});
		const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
		const said = stdout.split("\n", 1)[0]?.trim() ?? "";
		if (child.exitCode === 0) return { said, failure: undefined };
		const end =
			child.signalCode === null ? `it ended with code ${child.exitCode}` : `it was ended by ${child.signalCode}`;
		const lastWords = stderr.trim().slice(-500);
		return { said, failure: lastWords === "" ? end : `${end}: ${lastWords}` };
	} catch (error) {
		return { said: "", failure: errorText(error) };
	}
}
