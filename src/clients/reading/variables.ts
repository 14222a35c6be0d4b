/** How other clients write what is filled into their configs' texts, and what that becomes here. Pure. */
import { variableName } from "../../config/foreign-variables.ts";
import type { Platform } from "../types.ts";

/** What is known where a text stands. */
export interface Surroundings {
	/** The client's name, for people. */
	readonly client: string;
	readonly platform: Platform;
	/** The folder that a project's file is for; undefined in a file for all projects. */
	readonly project: string | undefined;
	/** What VS Code asks the person for: id and description. */
	readonly inputs: ReadonlyMap<string, string>;
	/** As in `env.API_KEY`. */
	readonly field: string;
	/** A name for a variable, should the text have to move to one. */
	readonly variable: string;
}

export type Piece =
	| { readonly kind: "text"; readonly text: string }
	/** `todo` is what has to be said about a variable that the client did not take from the environment. */
	| { readonly kind: "variable"; readonly name: string; readonly fallback?: string; readonly todo?: string }
	/** Cannot be imported; the reason continues a sentence that begins with the field. */
	| { readonly kind: "unusable"; readonly reason: string };

/** One spelling. */
export interface Syntax {
	readonly pattern: RegExp;
	/** Whether it counts there; everywhere by default. */
	readonly counts?: (around: Surroundings) => boolean;
	readonly read: (match: readonly (string | undefined)[], around: Surroundings) => Piece;
}

function variable(name: string | undefined, fallback?: string): Piece {
	if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
		return { kind: "unusable", reason: "uses a variable whose name cannot be one" };
	}
	return { kind: "variable", name, ...(fallback === undefined ? {} : { fallback }) };
}

/** `${VAR}` and `${VAR:-default}`. */
const braces: Syntax = {
	pattern: /\$\{([A-Za-z_]\w*)(?::-((?:\$\{[^{}]*\}|[^}])*))?\}/,
	read: ([, name, fallback]) => variable(name, fallback),
};

/** `$VAR`. */
const dollar: Syntax = { pattern: /\$([A-Za-z_]\w*)/, read: ([, name]) => variable(name) };

/** `%VAR%`, in the environment of a program on Windows. */
const percent: Syntax = {
	pattern: /%([A-Za-z_]\w*)%/,
	counts: ({ platform, field }) => platform === "win32" && field.startsWith("env."),
	read: ([, name]) => variable(name),
};

/** `${env:VAR}`. */
const envColon: Syntax = { pattern: /\$\{env:([^{}]*)\}/, read: ([, name]) => variable(name) };

/** `{env:VAR}`. */
const bareEnvColon: Syntax = { pattern: /\{env:([^{}]*)\}/, read: ([, name]) => variable(name) };

/** `{file:path}` or `${file:path}`: nothing is read from there, because it would put a secret into the config. */
const file: Syntax = {
	pattern: /\$?\{file:([^{}]*)\}/,
	read: ([, path = ""], { variable: name, field }) => ({
		kind: "variable",
		name,
		todo: `set the variable ${name} to what is in the file ${path}, which ${field} was filled in from`,
	}),
};

/** `${workspaceFolder}` and the like, which editors fill in by themselves. */
const editorFolders: Syntax = {
	pattern: /\$\{(workspaceFolder|workspaceRoot|workspaceFolderBasename|userHome|pathSeparator|\/)(?::[^{}]*)?\}/,
	read([whole, what], { platform, project }) {
		const separator = platform === "win32" ? "\\" : "/";
		if (what === "userHome") return variable(platform === "win32" ? "USERPROFILE" : "HOME");
		if (what === "pathSeparator" || what === "/") return { kind: "text", text: separator };
		if (project === undefined) {
			return {
				kind: "unusable",
				reason: `uses ${whole}, which is another folder in every project; write the folder's whole path`,
			};
		}
		const text = what === "workspaceFolderBasename" ? (project.split(separator).at(-1) ?? "") : project;
		return { kind: "text", text };
	},
};

/** `${input:id}`: what the person typed is kept by the editor alone. */
const input: Syntax = {
	pattern: /\$\{input:([^{}]*)\}/,
	read([, id = ""], { inputs, client }) {
		const name = variableName(id);
		const what = inputs.get(id);
		const todo = `set the variable ${name}${what === undefined ? "" : `: ${what}`} (${client} asks for it and keeps it to itself)`;
		return name === "" ? variable(id) : { kind: "variable", name, todo };
	},
};

/** `${config:…}`, `${command:…}`: known to the editor alone. */
const editorAlone: Syntax = {
	pattern: /\$\{[A-Za-z]+:[^{}]*\}/,
	read: ([whole = ""], { client }) => ({
		kind: "unusable",
		reason: `uses ${whole.replace(/:.*/, ":…}")}, which only ${client} can fill in`,
	}),
};

/** `${{ secrets.NAME }}` and `${{ inputs.NAME }}`. */
const doubleBraces: Syntax = {
	pattern: /\$\{\{\s*(?:secrets|inputs)\.([^{}\s]*)\s*\}\}/,
	read([, id = ""], { client }) {
		const name = /^[A-Za-z_]\w*$/.test(id) ? id : variableName(id);
		const todo = `set the variable ${name}, which ${client} has among its secrets`;
		return name === "" ? variable(id) : { kind: "variable", name, todo };
	},
};

const escapedInShell: Syntax = {
	pattern: /\\([$`"\\])/,
	read: ([, text = ""]) => ({ kind: "text", text }),
};

const command: Syntax = {
	pattern: /\$\(|`/,
	read: () => ({ kind: "unusable", reason: "runs a command to get its value; nothing is run while importing" }),
};

const otherInShell: Syntax = {
	pattern: /\$\{[^}]*\}?|\$[^\w\s]/,
	read: () => ({ kind: "unusable", reason: "has a shell's expansion that is not known here" }),
};

/** The spellings, by what clients make of them; where two fit, the first counts. */
export const syntaxes = {
	none: [],
	braces: [braces],
	dollars: [braces, dollar],
	gemini: [braces, dollar, percent],
	shell: [escapedInShell, command, braces, otherInShell, dollar],
	editor: [envColon, editorFolders],
	cursor: [envColon, editorFolders],
	vscode: [envColon, input, editorFolders, editorAlone],
	windsurf: [envColon, file],
	opencode: [bareEnvColon, file],
	continue: [doubleBraces],
} as const satisfies Record<string, readonly Syntax[]>;
