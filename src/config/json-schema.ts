/** The config format as a JSON Schema, for editors and for the documentation. */
import { configSchema } from "./schema.ts";

/**
 * Draft-07, without `$id`. Accepts what the loader accepts in our own format; fields of other clients, which the
 * loader forgives with a warning, are marked. Only the loader sees a string duration over 24 days, a server name
 * of blanks, names like `__proto__` in `env` and `headers`, a client certificate without its key, and a secret without
 * its client.
 */
export async function configJsonSchema(): Promise<object> {
	const { toJsonSchema } = await import("@valibot/to-json-schema");
	return toJsonSchema(configSchema, { target: "draft-07", typeMode: "input" });
}
