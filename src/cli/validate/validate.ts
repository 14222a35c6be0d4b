/** Does what `dynamic-mcp validate` is asked for. */
import { UserError } from "../../base/errors.ts";
import { exampleConfig } from "../../config/file.ts";
import { isEmptyConfig } from "../../config/load.ts";
import { openConfigFile } from "../config-file.ts";
import { printJson, printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { findingsIn } from "./findings.ts";
import { type Checked, reportJson, reportText } from "./report.ts";

/** Resolves with the exit code: 1 when the config has errors. Throws `UserError` when there is nothing to check. */
export async function validate(argument: string | undefined, isJson: boolean): Promise<number> {
	const { env } = process;
	const { path, home, text: read } = openConfigFile(argument, env);
	const text = await readOrReport(read, path, isJson);
	if (text === undefined) return 1;
	const source = text.replace(/^\uFEFF/, "");
	const checked: Checked = { path, text: source, ...findingsIn(source, { path, env, home }) };
	if (isJson) await printJson(reportJson(checked));
	else await printOut(reportText(checked, surfaceOf("stdout")));
	return checked.servers === undefined ? 1 : 0;
}

/** For programs a file that is not there is a finding like any other; undefined when that has been told. */
async function readOrReport(read: Promise<string>, path: string, isJson: boolean): Promise<string | undefined> {
	try {
		const text = await read;
		if (!isEmptyConfig(text)) return text;
		throw new UserError(`${path} is empty`, { hint: `Fill it in, for example:\n${exampleConfig}` });
	} catch (error) {
		if (!isJson || !(error instanceof UserError)) throw error;
		const { message, hint } = error;
		const finding = { severity: "error", message, ...(hint === undefined ? {} : { suggestion: hint }) };
		await printJson({ file: path, valid: false, findings: [finding] });
		return undefined;
	}
}
