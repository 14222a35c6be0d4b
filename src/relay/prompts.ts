/** Gets a prompt, and completes what a prompt or a resource template takes. */
import { editMembers, memberSpan, sliceSpan } from "../protocol/json-text.ts";
import type { FeatureDecision } from "./decision.ts";
import { type FeatureRequest, pass, refuse } from "./feature-request.ts";
import { findTemplate, type GroupOffer } from "./find-resource.ts";
import type { Group } from "./group.ts";
import { mergePrompts, type NamedPrompt } from "./lists.ts";
import { find, offersOf } from "./offers.ts";
import { unknownPrompt } from "./texts.ts";

export async function getPrompt(asked: FeatureRequest, name: string, named: Group | undefined): Promise<void> {
	const prompt = named === undefined ? await findPrompt(asked, name) : await findNamed(asked, name, named);
	if (named !== undefined && prompt === undefined) return pass(asked, named, "prompts");
	if (prompt !== undefined) return pass(asked, prompt.group, "prompts", { name: JSON.stringify(prompt.name) });
	const known = promptsOf(await offersOf(asked, "prompts", false));
	return refuse(asked, unknownPrompt(name, known.keys()));
}

/** Also by the name that it is listed under because of another group. */
async function findNamed(asked: FeatureRequest, name: string, group: Group): Promise<NamedPrompt | undefined> {
	const listed = promptsOf(await offersOf(asked, "prompts", false)).get(name);
	return listed?.group === group ? listed : undefined;
}

function findPrompt(asked: FeatureRequest, name: string): Promise<NamedPrompt | undefined> {
	return find(asked, "prompts", (offers) => promptsOf(offers).get(name));
}

function promptsOf(offers: readonly GroupOffer[]): Map<string, NamedPrompt> {
	return mergePrompts(offers.map(({ group, offer }) => ({ group, items: offer.prompts ?? [] })));
}

export async function complete(
	asked: FeatureRequest,
	{ ref, group: named }: FeatureDecision & { kind: "complete" },
): Promise<void> {
	if (ref.kind === "resource") {
		const group = named ?? (await find(asked, "resources", (offers) => findTemplate(ref.uri, offers)));
		return group === undefined
			? refuse(asked, `no group has the resource ${ref.uri}`)
			: pass(asked, group, "resources");
	}
	if (named !== undefined) return pass(asked, named, "prompts");
	const prompt = await findPrompt(asked, ref.name);
	if (prompt === undefined) return refuse(asked, `Unknown prompt: ${ref.name}`);
	const { name, group } = prompt;
	if (name === ref.name) return pass(asked, group, "prompts");
	const span = memberSpan(asked.request.text, ["params", "ref"]);
	const own = span === undefined ? "{}" : sliceSpan(asked.request.text, span);
	return pass(asked, group, "prompts", { ref: editMembers(own, { name: JSON.stringify(name) }) });
}
