/** The client's own list of tools: the two of ours, and those of the groups that are exposed directly. */
import type { Tool } from "../protocol/mcp.ts";
import type { ExposableGroup, Exposure, Target } from "./exposure.ts";
import { type Group, toolGroups, usable } from "./group.ts";
import { printToolList } from "./meta-tools.ts";
import type { RelayParts } from "./parts.ts";

export interface OwnList {
	/** JSON text of the result of `tools/list`, from what is known: no server is waited for. */
	print(): string | Promise<string>;
	/** What is meant by a name in the list; undefined when it is not there. */
	find(name: string): Target | undefined | Promise<Target | undefined>;
	/** These are the groups from now on. Resolves with whether the list is another one by that. */
	update(groups: readonly Group[], isPrefixed: boolean): Promise<boolean>;
	/** A group's server has told anew what it offers. Resolves with whether the list is another one by that. */
	offered(group: string): Promise<boolean>;
}

const nothing: Exposure = { definitions: [], targets: new Map() };

export function createOwnList(
	{ catalogs, autoThreshold }: Pick<RelayParts, "catalogs" | "autoThreshold">,
	first: readonly Group[],
	isFirstPrefixed: boolean,
): OwnList {
	let groups = first;
	let isPrefixed = isFirstPrefixed;
	let plain = printToolList(groups);
	/** Undefined until it is asked for, and after each change. */
	let exposure: Promise<Exposure> | undefined;
	/** As it was last given to a client; undefined when none has asked. */
	let printed: Promise<string> | undefined;

	/** What "auto" comes to. It is decided once, so that nothing moves while clients are there; a config with other groups decides anew. */
	let auto: { readonly key: string; readonly expose: Promise<"direct" | "dynamic"> } | undefined;
	/** Undefined until it is asked for, and after each change of the config. */
	let described: Promise<readonly Group[]> | undefined;

	/** With descriptions also of those that have none in the config; at once when all have. */
	function describeAll(): readonly Group[] | Promise<readonly Group[]> {
		if (toolGroups(groups).every(({ description = "" }) => description.trim() !== "")) return groups;
		described ??= Promise.all(groups.map(async (group) => ({ ...group, description: await catalogs.describe(group) })));
		return described;
	}

	const isExposing = () => groups.some(isExposed);

	function isExposed({ expose, features, unusable }: Group): boolean {
		return expose !== "dynamic" && features.tools && unusable === undefined;
	}

	function read(): Promise<Exposure> {
		exposure ??= readAnew();
		return exposure;
	}

	async function readAnew(): Promise<Exposure> {
		const exposed = await Promise.all(
			groups.filter(isExposed).map(async ({ name, expose: written }): Promise<ExposableGroup> => {
				const expose = written === "auto" ? await decideAuto() : written;
				const tools: readonly Tool[] = (await catalogs.known(name))?.tools ?? [];
				return { name, expose, tools };
			}),
		);
		if (exposed.length === 0) return nothing;
		// Loaded by those who expose anything.
		const { exposeTools } = require("./exposure.ts") as typeof import("./exposure.ts");
		return exposeTools(exposed, { isPrefixed });
	}

	function decideAuto(): Promise<"direct" | "dynamic"> {
		const threshold = autoThreshold?.() ?? 0;
		const all = usable(groups, "tools");
		const key = JSON.stringify([threshold, all.map(({ name, expose }) => [name, expose])]);
		if (auto?.key !== key) auto = { key, expose: decideNow(all, threshold) };
		return auto.expose;
	}

	async function decideNow(all: readonly Group[], threshold: number): Promise<"direct" | "dynamic"> {
		const known = await Promise.all(
			all.map(async ({ name }) => ({ name, tools: (await catalogs.known(name))?.tools })),
		);
		const { decideExposure } = require("./auto-exposure.ts") as typeof import("./auto-exposure.ts");
		return decideExposure(known, threshold).expose;
	}

	function printNow(): string | Promise<string> {
		const all = describeAll();
		if (!isExposing() && !(all instanceof Promise)) return plain;
		return Promise.all([all, read()]).then(([shown, { definitions }]) => printToolList(shown, definitions));
	}

	function print(): string | Promise<string> {
		const text = printNow();
		printed = Promise.resolve(text);
		return text;
	}

	/** Whether what was last given would be another one now. */
	async function isChanged(): Promise<boolean> {
		// What is just being made is made of what was known before.
		exposure = undefined;
		const before = await printed;
		return before !== undefined && before !== (await print());
	}

	async function update(changed: readonly Group[], isNowPrefixed: boolean): Promise<boolean> {
		const before = plain;
		const wasExposing = isExposing();
		groups = changed;
		described = undefined;
		isPrefixed = isNowPrefixed;
		plain = printToolList(groups);
		exposure = undefined;
		if (printed === undefined) return !wasExposing && !isExposing() && plain !== before;
		return isChanged();
	}

	return {
		print,
		find: (name) => (isExposing() ? read().then(({ targets }) => targets.get(name)) : undefined),
		update,
		offered: async (group) => groups.some((each) => each.name === group && isExposed(each)) && isChanged(),
	};
}
