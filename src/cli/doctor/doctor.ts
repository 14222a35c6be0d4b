/** Does what `dynamic-mcp doctor` is asked for. */
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { createCatalogStore } from "../../catalog/store.ts";
import type { ConfigFile } from "../config-file.ts";
import { type OpenGroups, withGroups } from "../inspect/open-groups.ts";
import { printJson, printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { diagnose } from "./diagnose.ts";
import { investigate } from "./investigate.ts";
import { type Look, lookAtAll } from "./look-at.ts";
import { checkMachine } from "./machine.ts";
import { type Examination, examinationJson, examinationText, type Examined, isHealthy } from "./report.ts";

/** Resolves with the exit code: 1 when a server failed. Throws `UserError` for a config that cannot be used. */
export function doctor(file: ConfigFile, isJson: boolean): Promise<number> {
	return withGroups(file, async (groups) => {
		const { env } = process;
		const { home } = file;
		const { config } = groups;
		const store = createCatalogStore({ directory: cacheDirectory(process.platform, env, home) });
		const looks = await lookAtAll(groups, store);
		const examined = await Promise.all(looks.map((look) => examine(look, groups)));
		const byName = new Map(examined.map((each) => [each.name, each]));
		const examination: Examination = {
			path: config.path,
			groups: config.groups.map(({ name }) => byName.get(name) ?? switchedOff(name)),
			checks: await checkMachine({ env, home, config, configOption: groups.configOption, text: await file.text }),
		};
		if (isJson) await printJson(examinationJson(examination));
		else await printOut(examinationText(examination, surfaceOf("stdout")));
		return isHealthy(examination.groups) ? 0 : 1;
	});
}

async function examine({ group, tookMs, offer, failure }: Look, groups: OpenGroups): Promise<Examined> {
	const { name } = group;
	if (failure === undefined) {
		const tools = offer?.tools.length;
		return { name, state: "ok", startMs: tookMs, tools, diagnosis: undefined, error: undefined, stderr: [] };
	}
	const facts = await investigate(group, failure, groups, process.env);
	const { phase, detail, stderr } = facts;
	const diagnosis = diagnose(facts);
	const startMs = phase === "config" ? undefined : tookMs;
	return { name, state: "failed", startMs, tools: undefined, diagnosis, error: { phase, detail }, stderr };
}

function switchedOff(name: string): Examined {
	const nothing = { startMs: undefined, tools: undefined, diagnosis: undefined, error: undefined };
	return { name, state: "disabled", ...nothing, stderr: [] };
}
