/** Reads the config file's `settings`. Pure. */
import * as v from "valibot";

import { isObject } from "../base/objects.ts";
import { type Settings, settingsSchema } from "./schema.ts";
import { explain, keysOf } from "./validate.ts";
import { fieldPath, kindOf, suggest } from "./wording.ts";

/** Complete: what is not set has its default. Every problem is one line that starts with the path of the field. */
export function parseSettings(raw: unknown): { settings: Settings } | { problems: string[] } {
	if (!isObject(raw)) return { problems: [`settings: expected an object, found ${kindOf(raw)}`] };
	const result = v.safeParse(settingsSchema, raw, { abortPipeEarly: true, message: explain });
	if (result.success) return { settings: result.output };
	const allowed = Object.keys(settingsSchema.entries);
	const problems = Object.keys(raw)
		.filter((key) => !allowed.includes(key))
		.map((key) => `${fieldPath("settings", key)}: unknown field; ${suggest(key, allowed)}`);
	for (const issue of result.issues) {
		// Reported above: valibot stops at the first unknown field.
		if (issue.expected !== "never") problems.push(`${fieldPath("settings", ...keysOf(issue))}: ${issue.message}`);
	}
	return { problems };
}
