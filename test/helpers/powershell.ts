/** Parses PowerShell where there is none. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Language, type Node, Parser } from "@vscode/tree-sitter-wasm";

export interface PowerShellParser {
	/** Where a script is not PowerShell 5.1: what the parser does not know, and chains with && and ||, which it does. */
	problemsOf(script: string): string[];
	[Symbol.dispose](): void;
}

export async function openPowerShellParser(): Promise<PowerShellParser> {
	await Parser.init();
	const folder = dirname(fileURLToPath(import.meta.resolve("@vscode/tree-sitter-wasm")));
	const parser = new Parser();
	parser.setLanguage(await Language.load(join(folder, "tree-sitter-powershell.wasm")));
	return {
		problemsOf(script) {
			const problems: string[] = [];
			const visit = (node: Node) => {
				if (node.isError || node.isMissing || node.type === "pipeline_chain_tail") {
					problems.push(`line ${node.startPosition.row + 1}: ${node.type} ${node.text.slice(0, 60)}`);
				}
				for (const child of node.children) if (child !== null) visit(child);
			};
			const tree = parser.parse(script);
			if (tree === null) throw new Error("the parser gave up");
			visit(tree.rootNode);
			tree.delete();
			return problems;
		},
		[Symbol.dispose]: () => parser.delete(),
	};
}
