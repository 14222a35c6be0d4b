/** Makes of a server's definition of a tool the one in the client's own list. Pure. */
import { isSchema, isString, isStringList } from "../catalog/schema-parts.ts";
import type { Tool } from "../protocol/mcp.ts";
import { safeInputSchema } from "./safe-schema.ts";

/**
 * The tool under another name, with a schema that clients take (`safeInputSchema`), and else with all that the server says.
 *
 * Only a field that is not what the protocol says is left out: a client on the MCP SDK would throw away the whole list for
 * it, our own tools included.
 */
export function exposedDefinition(tool: Tool, name: string): Tool {
	const fields = Object.entries(tool).filter(([key, value]) => isSound.get(key)?.(value) ?? true);
	return { ...Object.fromEntries(fields), name, inputSchema: safeInputSchema(tool.inputSchema) };
}

/** https://modelcontextprotocol.io/specification/2025-11-25/schema#tool */
const isSound: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
	["title", isString],
	["description", isString],
	["annotations", areAnnotations],
	["outputSchema", isObjectSchema],
	["execution", isExecution],
	["icons", (value) => Array.isArray(value) && value.every(isIcon)],
	["_meta", isSchema],
]);

function areAnnotations(value: unknown): boolean {
	if (!isSchema(value)) return false;
	const { title, readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = value;
	return isText(title) && [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].every(isFlag);
}

function isText(value: unknown): boolean {
	return value === undefined || isString(value);
}

function isFlag(value: unknown): boolean {
	return value === undefined || typeof value === "boolean";
}

function isObjectSchema(value: unknown): boolean {
	if (!isSchema(value) || value["type"] !== "object") return false;
	const { properties, required } = value;
	const areSchemas = properties === undefined || (isSchema(properties) && Object.values(properties).every(isSchema));
	return areSchemas && (required === undefined || isStringList(required));
}

function isExecution(value: unknown): boolean {
	return isSchema(value) && [undefined, "required", "optional", "forbidden"].includes(value["taskSupport"] as never);
}

function isIcon(value: unknown): boolean {
	if (!isSchema(value)) return false;
	const { src, mimeType, sizes, theme } = value;
	const isTheme = [undefined, "light", "dark"].includes(theme as never);
	return isString(src) && isText(mimeType) && (sizes === undefined || isStringList(sizes)) && isTheme;
}
