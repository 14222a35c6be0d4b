/** The command lines that Windows needs where other systems take a list of arguments. Pure. */
import { type Environment, readVariable } from "./find-command.ts";

export type BatchCommand =
	/** To be started verbatim: what needs quotes has them. */
	| { readonly kind: "command"; readonly command: readonly string[] }
	| { readonly kind: "refused"; readonly reason: string };

export interface BatchFile {
	readonly path: string;
	readonly args: readonly string[];
	readonly env: Environment;
}

/** https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation */
const longestLine = 8191;

/**
 * How a `.cmd` or `.bat` is started so that its arguments arrive as they are, and nothing in them is taken for a command.
 *
 * The text is read by cmd.exe, by cmd.exe again when the batch file passes `%*` on, and then by the C runtime of the
 * program that is started. Therefore no `^`, which only the first reader takes out: an argument stands in quotes, where
 * `& | < > ^ ( )` mean nothing; a quote in it is doubled, which leaves the count of quotes even for cmd.exe and
 * is one quote for the C runtime (of 2008 and later); and a `%` is followed by the empty `%cd:~,%`, so that no name of
 * a variable can come together.
 */
export function batchCommand({ path, args, env }: BatchFile): BatchCommand {
	const problem = problemOf(path, args);
	if (problem !== undefined) return { kind: "refused", reason: problem };
	const command = [
		systemProgram("cmd.exe", env),
		"/d", // no AutoRun of the registry
		"/e:on", // extensions, for `%cd:~,%`
		"/v:off", // no `!variable!`
		"/s", // of the quotes in what follows only the outer two go
		"/c",
		`"${[quote(path), ...args.map((arg) => (plain.test(arg) ? arg : quote(arg)))].join(" ")}"`,
	];
	return command.join(" ").length > longestLine ? { kind: "refused", reason: tooLong } : { kind: "command", command };
}

/** Ends a process and all below it. Without `/F` a program that has no window would not even notice. */
export function killTreeCommand(pid: number, env: Environment): readonly string[] {
	return [systemProgram("taskkill.exe", env), "/pid", String(pid), "/T", "/F"];
}

const tooLong = `its arguments are too long for a batch file, which takes ${longestLine} characters`;

/** What needs no quotes, which a batch file that compares its arguments would see. */
const plain = /^[\w#$*+\-./:?@\\]*[\w#$*+\-./:?@]$/;

/** What ends a line for cmd.exe, or its text; Ctrl-Z is the end of a file. */
const unsafe: readonly (readonly [string, string])[] = [
	["\0", "a NUL"],
	["\n", "a line break"],
	["\r", "a line break"],
	["\u001a", "a Ctrl-Z"],
];

function problemOf(path: string, args: readonly string[]): string | undefined {
	for (const [index, text] of [path, ...args].entries()) {
		const found = unsafe.find(([character]) => text.includes(character))?.[1];
		const what = index === 0 ? "its path" : `argument ${index}`;
		if (found !== undefined) return `${what} has ${found} in it, which a batch file cannot be given`;
	}
	if (path.includes('"')) return "its path has a quote in it";
	return [path, ...args].join(" ").length > longestLine ? tooLong : undefined;
}

function quote(text: string): string {
	// Backslashes before a quote are halved by the C runtime, and only those.
	const escaped = text.replace(
		/(\\*)("|$)/g,
		(_, slashes: string, mark: string) => `${slashes}${slashes}${mark}${mark}`,
	);
	return `"${escaped.replaceAll("%", "%%cd:~,%")}"`;
}

/** By its full path: a program of that name in the working directory or on the PATH is not what is meant. */
function systemProgram(name: string, env: Environment): string {
	return `${readVariable(env, "SystemRoot", "win32") ?? "C:\\Windows"}\\System32\\${name}`;
}
