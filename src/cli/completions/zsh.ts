/** Writes the completion for zsh. Pure. */
import { type CompletedCommand, type CompletedOption, needsGroup, type Values } from "./model.ts";

export function zshScript(commands: readonly CompletedCommand[]): string {
	return `#compdef dynamic-mcp dmcp
# Completion of dynamic-mcp for zsh: eval "$(dynamic-mcp completions zsh)" after compinit,
# or as a file _dynamic-mcp in a folder of $fpath.

__dynamic_mcp_ask() {
	local -a found
	found=("\${(@f)$("$program" completions "$@" 2>/dev/null)}")
	found=("\${(@)found:#}")
	(( $#found )) && compadd -a found
}

_dynamic_mcp() {
	local program="$words[1]" command="" group="" skip="" word
	local -i place=0 at
	local -a described
	for (( at = 2; at < CURRENT; at++ )); do
		word="$words[at]"
		if [[ -n "$skip" ]]; then skip=""; continue; fi
		if (( at == 2 )); then
			case "$word" in
				(${commands.map(({ name }) => name).join("|")}) command="$word"; continue ;;
			esac
		fi
		case "$command $word" in
${valuedCases(commands)}
			(*" -"?*) ;;
			(*) (( ++place )); (( place == 1 )) && group="$word" ;;
		esac
	done
	case "$command $skip" in
${valueCases(commands)}
	esac
	if [[ "$words[CURRENT]" == -* ]]; then
		case "$command" in
${optionCases(commands)}
		esac
		_describe -o option described
		return
	fi
	if (( CURRENT == 2 )); then
		described=(${commands.map(({ name, description }) => described(name, description)).join(" ")})
		_describe command described
	fi
	case "$command $place" in
${positionalCases(commands)}
	esac
}

if [[ "$funcstack[1]" == "_dynamic-mcp" ]]; then
	_dynamic_mcp "$@"
else
	compdef _dynamic_mcp dynamic-mcp dmcp
fi
`;
}

function described(name: string, description: string): string {
	return quoted(`${name.replaceAll(":", "\\:")}:${description}`);
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

function spellings({ name }: CompletedCommand): string[] {
	return name === "serve" ? ["", name] : [name];
}

function patternsOf(command: CompletedCommand, { names }: Pick<CompletedOption, "names">): string[] {
	return spellings(command).flatMap((own) => names.map((name) => `"${own} ${name}"`));
}

function valuedCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) => {
			const patterns = command.options
				.filter(({ values }) => values !== undefined)
				.flatMap((option) => patternsOf(command, option));
			return patterns.length === 0 ? [] : [`\t\t\t(${patterns.join("|")}) skip="$word" ;;`];
		})
		.join("\n");
}

function valueCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) =>
			command.options.flatMap((option) => {
				if (option.values === undefined) return [];
				return [
					`\t\t(${patternsOf(command, option).join("|")}) ${[...actions(option.values), "return"].join("; ")} ;;`,
				];
			}),
		)
		.join("\n");
}

function optionCases(commands: readonly CompletedCommand[]): string {
	return commands
		.map((command) => {
			const all = command.options.flatMap(({ names, description }) =>
				names.map((name) => described(name, description)),
			);
			const patterns = spellings(command).map((own) => `"${own}"`);
			return `\t\t\t(${patterns.join("|")}) described=(${all.join(" ")}) ;;`;
		})
		.join("\n");
}

function positionalCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) =>
			command.positionals.flatMap((values, at) => {
				const own = actions(values);
				const patterns = spellings(command).map((name) => `"${name} ${at}"`);
				return own.length === 0 ? [] : [`\t\t(${patterns.join("|")}) ${own.join("; ")} ;;`];
			}),
		)
		.join("\n");
}

function actions({ words, sources, isFile }: Values): string[] {
	return [
		...(words.length === 0 ? [] : [`compadd -- ${words.map(quoted).join(" ")}`]),
		...sources.map((source) => `__dynamic_mcp_ask ${source}${needsGroup(source) ? ' "$group"' : ""}`),
		...(isFile ? ["_files"] : []),
	];
}
