/** The report as one page: nothing is loaded from elsewhere, and there is no script in it. Pure. */
import type { DaySavings } from "../../accounting/summary.ts";
import { daysChart, groupsChart } from "./html-charts.ts";
import { styles } from "./html-styles.ts";
import { count, explanations, headline, labelOf, menuLabel, type Report, signed, spanOf } from "./report.ts";

export function savingsHtml(report: Report): string {
	const title = "Savings of dynamic-mcp";
	// Even if a name got through unescaped, it could load and run nothing.
	const policy = "default-src 'none'; style-src 'unsafe-inline'";
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="lead">${escape(headline(report)).replaceAll(/\d{4}-\d\d-\d\d/g, '<span class="date">$&</span>')}</p>
</header>
${report.sessions === 0 ? "<p>Nothing was counted.</p>" : bodyOf(report)}
<footer>
<p>Made on ${new Date(report.now).toISOString().slice(0, 10)} from <code>${escape(report.path)}</code>, which holds numbers and the names of groups, no texts.</p>
</footer>
</main>
</body>
</html>
`;
}

function bodyOf(report: Report): string {
	return `${figures(report)}
<section aria-labelledby="groups">
<h2 id="groups">By group</h2>
<p class="legend"><span class="key direct"></span>all definitions, directly <span class="key shown"></span>shown, for the first time <span class="key again"></span>shown again</p>
${groupsChart(report)}
</section>
${report.days.length > 1 ? daysSection(report.days) : ""}
<section aria-labelledby="numbers">
<h2 id="numbers">In numbers</h2>
${table(report)}
</section>
<section aria-labelledby="meaning">
<h2 id="meaning">What the numbers mean</h2>
${explanations(report)
	.map((text) => `<p>${escape(text)}</p>`)
	.join("\n")}
</section>`;
}

function figures({ total, sessions, from, to }: Report): string {
	const verb = total.saved < 0 ? "lost" : "saved";
	const share = total.direct === 0 ? undefined : Math.round((Math.abs(total.saved) / total.direct) * 100);
	const all = [
		[count(Math.abs(total.saved)), `tokens ${verb}${share === undefined ? "" : `, ${share} %`}`, verb],
		[count(total.direct), "directly, all definitions", ""],
		[count(total.menu + total.first + total.repeated), "with dynamic-mcp", ""],
		[count(sessions), `${sessions === 1 ? "session" : "sessions"}${from && to ? `, ${spanOf(from, to)}` : ""}`, ""],
	] as const;
	const figure = ([value, label, kind]: (typeof all)[number]) =>
		`<div class="figure ${kind}"><dt>${escape(label)}</dt><dd>${value}</dd></div>`;
	return `<dl class="figures">\n${all.map(figure).join("\n")}\n</dl>`;
}

function daysSection(days: readonly DaySavings[]): string {
	const unit = days.some(({ day }) => day.length === monthLength) ? "month" : "day";
	return `<section aria-labelledby="days">
<h2 id="days">By ${unit}</h2>
${daysChart(unit === "day" ? days : monthsOf(days), unit)}
</section>`;
}

const monthLength = "2026-11".length;

/** What lies far back has been summed up by months, and a day beside a month says nothing. */
function monthsOf(days: readonly DaySavings[]): DaySavings[] {
	return Array.from(
		Map.groupBy(days, ({ day }) => day.slice(0, monthLength)),
		([day, own]) => ({
			day,
			sessions: own.reduce((sum, { sessions }) => sum + sessions, 0),
			saved: own.reduce((sum, { saved }) => sum + saved, 0),
		}),
	);
}

function table({ groups, total }: Report): string {
	const heads = ["Group", "Direct", "Shown", "Again", "Saved", "Calls", "Results"];
	const cells = (label: string, numbers: readonly (number | undefined)[], isTotal = false) =>
		`<tr${isTotal ? ' class="total"' : ""}><th scope="row">${escape(label)}</th>${numbers
			.map((value) =>
				value === undefined ? "<td></td>" : `<td${value < 0 ? ' class="lost"' : ""}>${signed(value)}</td>`,
			)
			.join("")}</tr>`;
	const calls = groups.reduce((sum, each) => sum + each.calls, 0);
	return `<div class="scroll" tabindex="0" role="region" aria-label="Table of all groups">
<table>
<caption>Tokens of o200k, estimated</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
<tbody>
${groups.map((group) => cells(labelOf(group), [group.direct, group.first, group.repeated, group.saved, group.calls, group.results])).join("\n")}
${cells(menuLabel, [undefined, total.menu, undefined, -total.menu, undefined, undefined])}
</tbody>
<tfoot>
${cells("Total", [total.direct, total.first + total.menu, total.repeated, total.saved, calls, total.results], true)}
</tfoot>
</table>
</div>`;
}

/** Groups' names are whatever somebody wrote into a config. */
export function escape(text: string): string {
	return Bun.escapeHTML(text);
}
