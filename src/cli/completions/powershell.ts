/** Writes the completion for PowerShell, from 5.1 on. Pure. */
import { type CompletedCommand, needsGroup, type Values } from "./model.ts";

export function powershellScript(commands: readonly CompletedCommand[]): string {
	return `# Completion of dynamic-mcp for PowerShell: dynamic-mcp completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'dynamic-mcp', 'dmcp' -ScriptBlock {
	param($wordToComplete, $commandAst, $cursorPosition)

	# Of each command: its description, its options with what their values may be, and what its arguments may be.
	$commands = [ordered]@{
${commands.map(commandLines).join("\n")}
	}
	$typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
	$program = $typed[0]
	$command = 'serve'
	$first = 1
	if ($typed.Count -gt 1 -and $commands.Contains($typed[1])) {
		$command = $typed[1]
		$first = 2
	}
	$known = $commands[$command]
	$arguments = @()
	$option = $null
	for ($at = $first; $at -lt $typed.Count; $at++) {
		if ($null -ne $option) { $option = $null }
		elseif ($known.Options.Contains($typed[$at]) -and $null -ne $known.Options[$typed[$at]].Values) { $option = $typed[$at] }
		elseif (-not $typed[$at].StartsWith('-')) { $arguments += $typed[$at] }
	}
	$found = @()
	$values = @()
	if ($null -ne $option) { $values = $known.Options[$option].Values }
	elseif ($wordToComplete.StartsWith('-')) {
		foreach ($name in $known.Options.Keys) {
			$found += [pscustomobject]@{ Text = $name; Tip = $known.Options[$name].Tip }
		}
	}
	else {
		if ($typed.Count -eq 1) {
			foreach ($name in $commands.Keys) { $found += [pscustomobject]@{ Text = $name; Tip = $commands[$name].Tip } }
		}
		if ($arguments.Count -lt $known.Arguments.Count) { $values = $known.Arguments[$arguments.Count] }
	}
	foreach ($value in $values) {
		$names = @($value)
		if ($value.StartsWith('?')) {
			$question = @($value.Substring(1).Split(' ')[0])
			if ($value.EndsWith(' group') -and $arguments.Count -gt 0) { $question += $arguments[0] }
			$names = @(& $program completions @question 2>$null)
		}
		foreach ($name in $names) { $found += [pscustomobject]@{ Text = $name; Tip = $name } }
	}
	$found | Where-Object { $_.Text -like "$wordToComplete*" } | ForEach-Object {
		[System.Management.Automation.CompletionResult]::new($_.Text, $_.Text, 'ParameterValue', $_.Tip)
	}
}
`;
}

function commandLines({ name, description, options, positionals }: CompletedCommand): string {
	const own = options.flatMap(({ names, description, values }) =>
		names.map((option) => {
			const wanted = values === undefined ? "$null" : listOf(values);
			return `\t\t\t\t${quoted(option)} = @{ Tip = ${quoted(description)}; Values = ${wanted} }`;
		}),
	);
	return `\t\t${quoted(name)} = @{
			Tip = ${quoted(description)}
			Options = [ordered]@{
${own.join("\n")}
			}
			Arguments = @(${positionals.map((values) => `, ${listOf(values)}`).join("; ")})
		}`;
}

/** What begins with a question mark is asked for. Files are completed where there is nothing else, as everywhere in PowerShell. */
function listOf({ words, sources }: Values): string {
	const asked = sources.map((source) => `?${source}${needsGroup(source) ? " group" : ""}`);
	return `@(${[...words, ...asked].map(quoted).join(", ")})`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
