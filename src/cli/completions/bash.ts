/** Writes the completion for bash, from 3.2 (macOS) on. Pure. */
import { type CompletedCommand, needsGroup, type Values } from "./model.ts";

export function bashScript(commands: readonly CompletedCommand[]): string {
	const names = commands.map(({ name }) => name);
	return `# Completion of dynamic-mcp for bash: eval "$(dynamic-mcp completions bash)"

__dynamic_mcp_words() {
	local IFS=$'\\n'
	COMPREPLY+=( $(compgen -W "$1" -- "$current") )
}

__dynamic_mcp_ask() {
	__dynamic_mcp_words "$("$program" completions "$@" 2>/dev/null)"
}

__dynamic_mcp_files() {
	local IFS=$'\\n'
	compopt -o filenames 2>/dev/null
	COMPREPLY+=( $(compgen -f -- "$current") )
}

_dynamic_mcp() {
	local program="$1" current="\${COMP_WORDS[COMP_CWORD]}" command="" group="" place=0 skip="" at word
	COMPREPLY=()
	for (( at = 1; at < COMP_CWORD; at++ )); do
		word="\${COMP_WORDS[at]}"
		if [ -n "$skip" ]; then skip=""; continue; fi
		if [ "$at" -eq 1 ]; then
			case "$word" in
				${names.join("|")}) command="$word"; continue ;;
			esac
		fi
		case "$command $word" in
${valuedCases(commands)}
			*" -"?*) ;;
			*) place=$((place + 1)); [ "$place" -eq 1 ] && group="$word" ;;
		esac
	done
	case "$command $skip" in
${valueCases(commands)}
	esac
	case "$current" in
		-*)
			case "$command" in
${optionCases(commands)}
			esac
			return
			;;
	esac
	[ "$COMP_CWORD" -eq 1 ] && __dynamic_mcp_words "$(printf '%s\\n' ${names.join(" ")})"
	case "$command $place" in
${positionalCases(commands)}
	esac
}

complete -F _dynamic_mcp dynamic-mcp dmcp
`;
}

/** Without a command it is \`serve\`. */
function spellings({ name }: CompletedCommand): string[] {
	return name === "serve" ? ["", name] : [name];
}

/** Options with a value: the next word is no positional. */
function valuedCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) => {
			const names = command.options.filter(({ values }) => values !== undefined).flatMap((option) => option.names);
			const patterns = spellings(command).flatMap((own) => names.map((name) => `"${own} ${name}"`));
			return patterns.length === 0 ? [] : [`\t\t\t${patterns.join("|")}) skip="$word" ;;`];
		})
		.join("\n");
}

function valueCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) =>
			command.options.flatMap(({ names, values }) => {
				if (values === undefined) return [];
				const patterns = spellings(command).flatMap((own) => names.map((name) => `"${own} ${name}"`));
				return [`\t\t${patterns.join("|")}) ${[...actions(values), "return"].join("; ")} ;;`];
			}),
		)
		.join("\n");
}

function optionCases(commands: readonly CompletedCommand[]): string {
	return commands
		.map((command) => {
			const names = command.options.flatMap((option) => option.names);
			const patterns = spellings(command).map((own) => `"${own}"`);
			return `\t\t\t\t${patterns.join("|")}) ${actions({ words: names, sources: [], isFile: false }).join("; ")} ;;`;
		})
		.join("\n");
}

function positionalCases(commands: readonly CompletedCommand[]): string {
	return commands
		.flatMap((command) =>
			command.positionals.flatMap((values, at) => {
				const own = actions(values);
				const patterns = spellings(command).map((name) => `"${name} ${at}"`);
				return own.length === 0 ? [] : [`\t\t${patterns.join("|")}) ${own.join("; ")} ;;`];
			}),
		)
		.join("\n");
}

function actions({ words, sources, isFile }: Values): string[] {
	return [
		...(words.length === 0 ? [] : [`__dynamic_mcp_words "$(printf '%s\\n' ${words.map(shellWord).join(" ")})"`]),
		...sources.map((source) => `__dynamic_mcp_ask ${source}${needsGroup(source) ? ' "$group"' : ""}`),
		...(isFile ? ["__dynamic_mcp_files"] : []),
	];
}

/** \`printf\` would take a leading dash of its first word for an option of its own only in the format, which is not it. */
function shellWord(word: string): string {
	return /^[\w-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
