/** Makes tokens of the lengths that sessions have counted: exactly where the text is known, and else by the usual ratio. */
import type { Kind } from "../../accounting/counts.ts";
import type { TokensOf } from "../../accounting/summary.ts";
import { nameFilter } from "../../base/globs.ts";
import { charactersPerToken, type TextKind } from "../../base/token-estimate.ts";
import { listGroup } from "../../catalog/listing.ts";
import { createCatalogStore } from "../../catalog/store.ts";
import { configPath, readConfigFile } from "../../config/file.ts";
import { fingerprintOf } from "../../config/fingerprint.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import { printToolList } from "../../relay/meta-tools.ts";
import { printText } from "../../relay/texts.ts";
import { relayGroup } from "../definitions.ts";

/** Characters for each token, by the kind of text and the group. */
export type Ratios = ReadonlyMap<string, number>;

const keyOf = (kind: Kind, name: string) => `${kind} ${name}`;

const textKinds: Readonly<Record<Kind, TextKind>> = {
	direct: "definitions",
	menu: "menu",
	first: "discovery",
	repeated: "discovery",
	result: "result",
};

export function tokensBy(ratios: Ratios): TokensOf {
	return (kind, name, characters) =>
		Math.round(characters / (ratios.get(keyOf(kind, name)) ?? charactersPerToken[textKinds[kind]]));
}

/**
 * Measured on what is known of the groups of the config: of a text that has not changed since, the length then gives the
 * exact number. Empty without a config that can be read, which is no fault: what was counted says enough.
 */
export async function measureRatios(options: {
	readonly config: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly home: string;
	readonly cache: string;
}): Promise<Ratios> {
	const config = await loadQuietly(options);
	if (config === undefined) return new Map();
	const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
	const ratios = new Map<string, number>();
	const note = (kind: Kind, name: string, characters: number, text: string) => {
		const tokens = countTokens(text);
		if (tokens > 0) ratios.set(keyOf(kind, name), characters / tokens);
	};
	const store = createCatalogStore({ directory: options.cache });
	const enabled = config.groups.filter(({ server }) => server.enabled);
	for (const configured of enabled) {
		const { name, server } = configured;
		const offer = (await store.readDated(fingerprintOf(configured)))?.offer;
		const isWanted = nameFilter(server.tools ?? {});
		const tools = offer?.tools.filter((tool) => isWanted(tool.name)) ?? [];
		if (tools.length === 0) continue;
		const definitions = JSON.stringify(tools);
		note("direct", name, definitions.length, definitions);
		const group = { name, tools, format: server.format, note: undefined };
		const shown = listGroup(group, server.discoveryBudget || Number.POSITIVE_INFINITY);
		note("first", name, printText(shown, false).length, shown);
		note("repeated", name, printText(shown, false).length, shown);
	}
	const list = printToolList(enabled.map(relayGroup));
	note("menu", "", list.length, JSON.stringify((JSON.parse(list) as { tools: unknown }).tools));
	return ratios;
}

async function loadQuietly({
	config,
	env,
	home,
}: {
	config: string | undefined;
	env: NodeJS.ProcessEnv;
	home: string;
}): Promise<Config | undefined> {
	const { path } = configPath(config, env, home);
	try {
		return parseConfig(await readConfigFile(path), { path, env, home });
	} catch (error) {
		// One that was named is meant to be used.
		if (config !== undefined) throw error;
		return undefined;
	}
}
