/** `dynamic-mcp resources`. */
import { isObject } from "../../base/objects.ts";
import { firstSentence } from "../../base/text.ts";
import { harvestList } from "../../catalog/harvest.ts";
import type { GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import type { ConfigFile } from "../config-file.ts";
import { printError, printJson, printOut } from "../output/print.ts";
import { printableText } from "../output/printable.ts";
import { type Surface, surfaceOf } from "../output/surface.ts";
import { indent, wrap } from "../output/wrap.ts";
import { sizeText } from "./content.ts";
import { blocksOf, documentOf } from "./listing.ts";
import { exitCodeOf, groupsWith, lookInto } from "./look-into.ts";
import { withGroups } from "./open-groups.ts";

export interface ShowResourcesOptions {
	readonly file: ConfigFile;
	readonly group: string | undefined;
	readonly isJson: boolean;
}

export interface GroupResources {
	readonly resources: readonly unknown[];
	readonly resourceTemplates: readonly unknown[];
}

/** Resolves with the exit code. */
export function showResources({ file, group, isJson }: ShowResourcesOptions): Promise<number> {
	return withGroups(file, async (groups) => {
		const wanted = groupsWith("resources", group, groups.config);
		const looks = await lookInto(groups, wanted, readResources);
		// Most servers have none: of all groups those are of interest that have some.
		const shown = group === undefined ? looks.filter((look) => look.kind === "failed" || hasAny(look.value)) : looks;
		if (isJson) await printJson(documentOf(shown, (own) => own));
		else if (shown.length === 0) await printError(`No server that is enabled in ${groups.config.path} has resources.`);
		else await printOut(blocksOf(shown, surfaceOf("stdout"), (own) => resourceLines(own, surfaceOf("stdout"))));
		return exitCodeOf(looks);
	});
}

export async function readResources(connection: Connection, { name, server }: GroupConfig): Promise<GroupResources> {
	const options = { group: name, timeoutMs: server.timeoutMs.resources };
	const [resources, resourceTemplates] = await Promise.all([
		harvestList(connection, "resources", options),
		// Many servers with resources do not know this method.
		harvestList(connection, "resourceTemplates", options).catch(() => []),
	]);
	return { resources, resourceTemplates };
}

function hasAny({ resources, resourceTemplates }: GroupResources): boolean {
	return resources.length + resourceTemplates.length > 0;
}

/** URIs are not broken: they are there to be copied. */
function resourceLines(own: GroupResources, { width, colours }: Surface): string[] {
	const items = [...own.resources, ...own.resourceTemplates].filter(isObject);
	if (items.length === 0) return ["  It has no resources."];
	return items.flatMap((item) => {
		const name = printableText(item["title"]) || printableText(item["name"]);
		const uri = printableText(item["uri"]) || printableText(item["uriTemplate"]);
		const about = firstSentence(printableText(item["description"]));
		const title = name === uri || about.includes(name) ? "" : name;
		const size = typeof item["size"] === "number" ? sizeText(item["size"]) : "";
		const facts = [title, about].filter((text) => text !== "").join(": ");
		const kind = [printableText(item["mimeType"]), size].filter((text) => text !== "").join(", ");
		const line = `  ${colours.cyan(uri)}${kind === "" ? "" : `  ${kind}`}`;
		return [line, ...(facts === "" ? [] : indent(wrap(facts, width - 4).map(colours.dim), 4))];
	});
}
