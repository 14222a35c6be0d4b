/** What a person decides about servers before they are written into the config. Pure. */
import type { Entry } from "./same.ts";

export const featureNames = ["tools", "resources", "prompts"] as const;
export type FeatureName = (typeof featureNames)[number];

/** Those that the entry leaves on. */
export function featuresOf({ features }: Entry): FeatureName[] {
	const written: Record<string, unknown> = typeof features === "object" && features !== null ? { ...features } : {};
	return featureNames.filter((name) => written[name] !== false);
}

/** The description comes first, and only where there is one; features only where one is off. */
export function withAnswers(entry: Entry, description: string, features: readonly FeatureName[]): Entry {
	const { description: _, features: __, ...rest } = entry;
	const off = featureNames.filter((name) => !features.includes(name));
	return {
		...(description === "" ? {} : { description }),
		...rest,
		...(off.length === 0 ? {} : { features: Object.fromEntries(off.map((name) => [name, false])) }),
	};
}
