/** Does what `dynamic-mcp savings` is asked for. */
import { resolve } from "node:path";

import { openLedger, type Period } from "../../accounting/ledger.ts";
import { summarise } from "../../accounting/summary.ts";
import { errorText, UserError } from "../../base/errors.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { homeDirectory } from "../config-file.ts";
import { ledgerPath } from "../keeper.ts";
import { printError, printJson, printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { savingsHtml } from "./html.ts";
import { type Report, savingsJson, savingsText } from "./report.ts";
import { parseSince } from "./since.ts";
import { measureRatios, tokensBy } from "./tokens.ts";

export interface SavingsOptions {
	readonly config: string | undefined;
	readonly since: string | undefined;
	readonly html: string | undefined;
	readonly isJson: boolean;
}

/** A session that is being written at the moment is waited for. */
const busyMs = 2000;

export async function savings({ config, since, html, isJson }: SavingsOptions): Promise<void> {
	const { env } = process;
	const home = homeDirectory(env);
	const now = Date.now();
	const from = since === undefined ? undefined : parseSince(since, now);
	const cache = cacheDirectory(process.platform, env, home);
	const path = ledgerPath(cache);
	const periods = await readPeriods(path, from ?? 0);
	const tokensOf = tokensBy(await measureRatios({ config, env, home, cache }));
	const report: Report = { ...summarise(periods, tokensOf), path, since: from, now };
	if (html !== undefined) await writeReport(html, report);
	if (isJson) return printJson(savingsJson(report));
	if (html === undefined) return printOut(savingsText(report, surfaceOf("stdout")));
	return printError(`The report is in ${resolve(html)}`);
}

async function readPeriods(path: string, since: number): Promise<Period[]> {
	// Opening would make one.
	if (!(await Bun.file(path).exists())) return [];
	try {
		const ledger = openLedger({ path, busyMs });
		try {
			return ledger.read(since);
		} finally {
			ledger.close();
		}
	} catch (error) {
		const found = errorText(error);
		throw new UserError(`${path} cannot be read: ${found}`, {
			hint: "It may be deleted: it holds nothing but what was counted so far, and counting begins anew.",
		});
	}
}

async function writeReport(file: string, report: Report): Promise<void> {
	try {
		await writeFileAtomically(resolve(file), savingsHtml(report), { mode: 0o644 });
	} catch (error) {
		const found = errorText(error);
		throw new UserError(`--html: ${file} cannot be written: ${found}`, { hint: "Name a file in a folder of yours." });
	}
}
