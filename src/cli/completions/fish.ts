/** Writes the completion for fish, from 3.1 on. Pure. */
import { type CompletedCommand, type CompletedOption, needsGroup, type Values } from "./model.ts";

export function fishScript(commands: readonly CompletedCommand[]): string {
	const names = commands.map(({ name }) => name);
	return `# Completion of dynamic-mcp for fish:
# dynamic-mcp completions fish > ~/.config/fish/completions/dynamic-mcp.fish

# The command, then its arguments without options and their values, as far as they are typed.
function __dynamic_mcp_typed
	set -l words (commandline -opc)
	set -l command serve
	set -e words[1]
	if set -q words[1]; and contains -- $words[1] ${names.join(" ")}
		set command $words[1]
		set -e words[1]
	end
	echo $command
	set -l skip 0
	for word in $words
		if test $skip -eq 1
			set skip 0
			continue
		end
		switch "$command $word"
			case ${valuedPatterns(commands).join(" ")}
				set skip 1
			case '* -*'
			case '*'
				echo -- $word
		end
	end
end

function __dynamic_mcp_is_first
	test (count (commandline -opc)) -eq 1
end

# Whether it is this command's turn, and of its arguments the one of this number: the command itself counts, too.
function __dynamic_mcp_at
	set -l typed (__dynamic_mcp_typed)
	test "$typed[1]" = $argv[1]; or return 1
	set -q argv[2]; or return 0
	test (count $typed) -eq $argv[2]
end

function __dynamic_mcp_ask
	set -l program (commandline -opc)[1]
	$program completions $argv 2>/dev/null
end

for program in dynamic-mcp dmcp
	complete -c $program -f
${commands.map(({ name, description }) => `\tcomplete -c $program -n __dynamic_mcp_is_first -a ${name} -d ${quoted(description)}`).join("\n")}
${commands.flatMap((command) => [...command.options.map((option) => optionLine(command, option)), ...positionalLines(command)]).join("\n")}
end
`;
}

function valuedPatterns(commands: readonly CompletedCommand[]): string[] {
	return commands.flatMap(({ name, options }) => {
		const valued = options.filter(({ values }) => values !== undefined).flatMap((option) => option.names);
		return valued.map((option) => quoted(`${name} ${option}`));
	});
}

function optionLine({ name }: CompletedCommand, { names, description, values }: CompletedOption): string {
	const flags = names.map((each) => (each.startsWith("--") ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`));
	const wanted = values === undefined ? "" : ` ${valueFlags(values)}`;
	return `\tcomplete -c $program -n '__dynamic_mcp_at ${name}' ${flags.join(" ")} -d ${quoted(description)}${wanted}`;
}

function valueFlags(values: Values): string {
	const own = candidates(values);
	return `${values.isFile ? "-r -F" : "-x"}${own === "" ? "" : ` -a ${own}`}`;
}

function positionalLines({ name, positionals }: CompletedCommand): string[] {
	return positionals.flatMap((values, at) => {
		const own = candidates(values);
		const head = `\tcomplete -c $program -n '__dynamic_mcp_at ${name} ${at + 1}'`;
		return [...(own === "" ? [] : [`${head} -a ${own}`]), ...(values.isFile ? [`${head} -F`] : [])];
	});
}

/** Empty when there are none. What is in parentheses is run when it is needed. */
function candidates({ words, sources }: Values): string {
	const asked = sources.map(
		(source) => `(__dynamic_mcp_ask ${source}${needsGroup(source) ? " (__dynamic_mcp_typed)[2]" : ""})`,
	);
	const all = [...words, ...asked].join(" ");
	return all === "" ? "" : quoted(all);
}

function quoted(text: string): string {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
