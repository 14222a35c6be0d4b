/**
 * Checks a call's arguments against the tool's schema before they are sent, so that a wrong guess costs one turn
 * and not a round trip. The server has the last word: whatever we cannot check for certain passes.
 */
import type * as AjvModule from "ajv";
import type { Options, ValidateFunction } from "ajv";
import type * as FormatsModule from "ajv-formats";

import type { Tool } from "../protocol/mcp.ts";
import { argumentProblems, type Problem } from "./argument-problems.ts";
import { isSchema } from "./schema-parts.ts";

export type { Problem } from "./argument-problems.ts";

export interface ArgumentChecker {
	/** What is wrong with the arguments; nothing also when the schema cannot be used. Never throws. */
	check(tool: Tool, args: unknown): Problem[];
}

/** Compiling is quadratic in depth and dear in size; a schema beyond these is left to the server. */
const maxSchemaLength = 100_000;
const maxSchemaDepth = 100;

type Draft = "2020-12" | "draft-07";

/** Ajv is loaded when the first arguments are checked: many sessions never call a tool, all of them start. */
export function createArgumentChecker(): ArgumentChecker {
	const validators = new WeakMap<Tool, ValidateFunction | "unusable">();

	function validatorOf(tool: Tool): ValidateFunction | "unusable" {
		const known = validators.get(tool);
		if (known !== undefined) return known;
		const validator = compile(tool.inputSchema) ?? "unusable";
		validators.set(tool, validator);
		return validator;
	}

	return {
		check(tool, args = {}) {
			const validate = validatorOf(tool);
			if (validate === "unusable") return [];
			try {
				if (validate(args)) return [];
				const errors = validate.errors ?? [];
				validate.errors = null; // they hold the arguments, which may be large
				return argumentProblems(errors, args, tool.inputSchema);
			} catch {
				// Arguments nested deeper than the stack, or a schema that only fails when used: the server decides.
				return [];
			}
		},
	};
}

function compile(schema: unknown): ValidateFunction | undefined {
	if (!isSchema(schema) || !isCompilable(schema)) return undefined;
	for (const draft of draftsOf(schema)) {
		try {
			// An instance of its own for each schema, as they share `$id`s and are dropped when a server changes its list.
			const validate = createAjv(draft).compile(schema);
			// An asynchronous schema would answer with a promise.
			return "$async" in validate ? undefined : validate;
		} catch {
			// Not a schema of this draft, or it refers to another document. The tool works without our check.
		}
	}
	return undefined;
}

/** A schema that does not name its draft is tried as both: `items: [A, B]` is a tuple only in the older. */
function draftsOf({ $schema }: { readonly $schema?: unknown }): readonly Draft[] {
	if (typeof $schema !== "string") return ["2020-12", "draft-07"];
	return /\bdraft-0[467]\b/.test($schema) ? ["draft-07"] : ["2020-12"];
}

function isCompilable(schema: unknown): boolean {
	let level: unknown[] = [schema];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > maxSchemaDepth) return false;
		level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
	}
	return JSON.stringify(schema).length <= maxSchemaLength;
}

/** The server sent the schema, so it is not trusted: it must not cost seconds, print, or change the arguments. */
const options: Options = {
	strict: false,
	allErrors: true,
	verbose: true,
	logger: false,
	// Checking each schema against its meta-schema costs 50 ms at first; a bad keyword fails to compile anyway.
	meta: false,
	// Every object inherits a "constructor": a parameter of that name would never be missing, and always wrong.
	ownProperties: true,
	validateSchema: false,
	// Copying definitions to where they are used makes 20 kB of schema 20 s of compiling.
	inlineRefs: false,
	code: { optimize: false, regExp: Object.assign(lenientPattern, { code: "lenientPattern" }) },
};

function createAjv(draft: Draft): AjvModule.Ajv {
	// `require` and not `import()`: arguments are checked in the turn in which the call came, so calls keep their order.
	const { default: Ajv } = (draft === "draft-07" ? require("ajv") : require("ajv/dist/2020")) as typeof AjvModule;
	const { default: addFormats } = require("ajv-formats") as typeof FormatsModule;
	return addFormats(new Ajv(options));
}

/** Patterns that are no regular expression, or that may backtrack for seconds, match everything. */
function lenientPattern(source: string, flags: string): { test(text: string): boolean } {
	if (repeatedRepetition.test(source)) return matchesAll;
	for (const candidate of [flags, ""]) {
		try {
			return new RegExp(source, candidate);
		} catch {
			// Many patterns are written for engines without the `u` flag, some for other languages altogether.
		}
	}
	return matchesAll;
}

const matchesAll = { test: () => true, toString: () => "matchesAll" };

/** `(a+)+` and its like: a group with a repetition in it that is itself repeated. */
const repeatedRepetition = /\((?:[^()\\]|\\.)*[*+}](?:[^()\\]|\\.)*\)[*+{]/s;
