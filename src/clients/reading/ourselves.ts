/** Knows this program in a client's config: it must not start itself. Pure. */

const ourNames = new Set(["dynamic-mcp", "dmcp"]);

/** What starts a package by its name, and the words before that name. */
const runners: readonly (readonly string[])[] = [
	["npx"],
	["bunx"],
	["uvx"],
	["bun", "x"],
	["npm", "exec"],
	["pnpm", "dlx"],
	["pnpx"],
	["yarn", "dlx"],
];

/** Whether the entry starts us, by our own file or as a package. */
export function isOurselves(command: unknown, args: unknown): boolean {
	if (typeof command !== "string") return false;
	const given = Array.isArray(args) ? args.filter((each) => typeof each === "string") : [];
	const program = baseName(command);
	if (ourNames.has(program)) return true;
	if (program === "cmd") {
		const [first, ...rest] = given.filter((each) => !/^\/\w$/.test(each));
		return isOurselves(first, rest);
	}
	return runners.some((runner) => isRunnerOfUs([program, ...given], runner));
}

function isRunnerOfUs(words: readonly string[], runner: readonly string[]): boolean {
	if (!runner.every((word, index) => words[index] === word)) return false;
	const rest = words.slice(runner.length);
	const named = rest.find((word) => !word.startsWith("-")) ?? "";
	const chosen = rest.flatMap((word) => /^--package=(.+)$/.exec(word)?.[1] ?? []);
	return [named, ...chosen].some((each) => ourNames.has(packageName(each)));
}

/** `C:\tools\dmcp.exe` is `dmcp`. */
function baseName(command: string): string {
	const last = command.split(/[\\/]/).at(-1) ?? "";
	return last.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, "");
}

/** Without its version. */
function packageName(text: string): string {
	return text.replace(/(?<=.)@[^/]*$/, "");
}
