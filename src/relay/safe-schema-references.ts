/** Keeps references whole when what they point at is taken away from the top of a schema. Pure. */
import { resolvePointer } from "../catalog/references.ts";
import { isSchema, type Schema } from "../catalog/schema-parts.ts";
import { mapSubschemas } from "./safe-schema-parts.ts";

/** Some generators point at where they used a schema first: `#/anyOf/0/properties/user`. */
const intoBranch = /^#\/((?:allOf|anyOf|oneOf)\/\d+|not)(\/.*)?$/s;

/** Each branch of `original` that is still referred to is moved to `$defs` of `schema`, and the references with it. */
export function keepReferredBranches(schema: Schema, original: Schema): Schema {
	const moved = new Map<string, Schema>();
	const taken = new Set(Object.keys(isSchema(schema["$defs"]) ? schema["$defs"] : {}));

	function follow(branch: Schema): Schema {
		const { $ref } = branch;
		const target = typeof $ref === "string" ? move($ref) : undefined;
		return mapSubschemas(target === undefined ? branch : { ...branch, $ref: target }, follow);
	}

	/** Where it is now; undefined when it has not moved. */
	function move(reference: string): string | undefined {
		const [whole, path, rest = ""] = intoBranch.exec(reference) ?? [];
		const branch = whole === undefined ? undefined : resolvePointer(original, `#/${path}`);
		if (path === undefined || !isSchema(branch)) return undefined;
		const name = nameOf(path.replace("/", ""));
		if (!moved.has(name)) {
			// First, as the branch may refer to itself.
			moved.set(name, branch);
			moved.set(name, follow(branch));
		}
		return `#/$defs/${name}${rest}`;
	}

	function nameOf(wanted: string): string {
		return taken.has(wanted) ? nameOf(`${wanted}_`) : wanted;
	}

	const kept = follow(schema);
	if (moved.size === 0) return schema;
	return { ...kept, $defs: { ...(isSchema(kept["$defs"]) ? kept["$defs"] : {}), ...Object.fromEntries(moved) } };
}
