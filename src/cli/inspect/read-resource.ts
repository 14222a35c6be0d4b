/** `dynamic-mcp read`. */
import { UserError } from "../../base/errors.ts";
import { isObject } from "../../base/objects.ts";
import type { GroupConfig } from "../../config/load.ts";
import { methods } from "../../protocol/mcp.ts";
import { fitsTemplate } from "../../relay/uri-template.ts";
import type { ConfigFile } from "../config-file.ts";
import { printBytes, printError, printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { typedWord } from "../output/typed-word.ts";
import { askServer, openGroup } from "./ask-server.ts";
import { partsOfResource } from "./content.ts";
import { groupsWith, type Look, lookInto } from "./look-into.ts";
import { type OpenGroups, withGroups } from "./open-groups.ts";
import { printParts } from "./print-content.ts";
import { checkOutput } from "./save.ts";
import { type GroupResources, readResources } from "./show-resources.ts";

export interface ReadResourceOptions {
	readonly file: ConfigFile;
	/** Undefined: the one that has the resource. */
	readonly group: string | undefined;
	readonly uri: string;
	readonly output: string | undefined;
	readonly isJson: boolean;
}

/** Resolves with the exit code. */
export async function readResource({ file, group: name, uri, output, isJson }: ReadResourceOptions): Promise<number> {
	if (output !== undefined) await checkOutput(output);
	return withGroups(file, async (groups) => {
		if (name === undefined) refuseGroupAlone(uri, groups);
		const [named] = name === undefined ? [] : groupsWith("resources", name, groups.config);
		const group = named ?? (await findOwner(groups, uri));
		const connection = await openGroup(groups, group);
		const answer = await askServer(groups, {
			group,
			connection,
			what: uri,
			method: methods.resourcesRead,
			params: JSON.stringify({ uri }),
			timeoutMs: group.server.timeoutMs.resources,
			feature: "resources",
		});
		if (isJson) await printOut(answer.text);
		else await printContents(answer.result["contents"], output);
		return 0;
	});
}

function refuseGroupAlone(word: string, { config, configOption }: OpenGroups): void {
	if (!config.groups.some((group) => group.name === word)) return;
	throw new UserError(`read: the URI of a resource of "${word}" is missing`, {
		hint: `See which there are: dynamic-mcp resources ${typedWord(word)}${configOption}`,
	});
}

/** The only group that lists the resource; else the only one that has a template for it. */
async function findOwner(groups: OpenGroups, uri: string): Promise<GroupConfig> {
	const looks = await lookInto(groups, groupsWith("resources", undefined, groups.config), readResources);
	const listing = looks.filter((look) => has(look, "resources", "uri", (own) => own === uri));
	const fitting = looks.filter((look) =>
		has(look, "resourceTemplates", "uriTemplate", (own) => fitsTemplate(own, uri)),
	);
	const owners = (listing.length > 0 ? listing : fitting).map(({ group }) => group);
	const [owner, ...others] = owners;
	if (owner !== undefined && others.length === 0) return owner;
	const hint = `Name the group: dynamic-mcp read <group> ${typedWord(uri)}${groups.configOption}`;
	if (owner !== undefined) {
		throw new UserError(`several groups have ${uri}: ${owners.map(({ name }) => name).join(", ")}`, { hint });
	}
	const failed = looks.filter(({ kind }) => kind === "failed").map(({ group }) => group.name);
	const unseen = failed.length === 0 ? "" : ` (${failed.join(", ")} could not be looked into)`;
	throw new UserError(`no group lists the resource ${uri}${unseen}`, { hint });
}

function has(
	look: Look<GroupResources>,
	list: keyof GroupResources,
	key: string,
	fits: (value: string) => boolean,
): boolean {
	if (look.kind === "failed") return false;
	return look.value[list].some((item) => isObject(item) && typeof item[key] === "string" && fits(item[key]));
}

/** One that is no text goes into a pipe as it is, as in `read logo://png > logo.png`. */
async function printContents(contents: unknown, output: string | undefined): Promise<void> {
	const parts = partsOfResource(contents);
	const [first] = parts;
	const isLone = parts.length === 1 && output === undefined && !surfaceOf("stdout").isTerminal;
	if (isLone && first?.kind === "binary") return printBytes(first.bytes);
	await printParts(parts, { output });
	if (parts.length === 0) await printError("The resource is empty.");
}
