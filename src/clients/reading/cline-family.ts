/** How entries are written in Cline, and in what was made from it. */
import type { Dialect } from "./draft.ts";
import { syntaxes } from "./variables.ts";

/** Roo Code and the older Kilo Code want a type, so that nothing is to be read from its absence. */
export const clineDialect: Dialect = { variables: syntaxes.editor, timeouts: { timeout: ["tools", "s"] } };
