/** How the report looks, in light and in dark. */

export const styles = `
:root {
	--page: #f7f7f5; --card: #ffffff; --text: #1d2126; --quiet: #59616b; --line: #dcdfe3;
	--direct: #a3acb8; --shown: #1f7a5c; --again: #c2791b; --good: #1a6b50; --bad: #b3382c;
}
@media (prefers-color-scheme: dark) {
	:root {
		--page: #14171a; --card: #1c2025; --text: #e8eaed; --quiet: #a2abb6; --line: #343a42;
		--direct: #626c79; --shown: #46b58d; --again: #e0a24a; --good: #5cc7a0; --bad: #f08a7e;
	}
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { margin: 0; font-size: 1rem; font-weight: 600; color: var(--quiet); }
h2 { margin: 0 0 1rem; font-size: 1.15rem; }
.lead { margin: .25rem 0 1.75rem; font-size: 1.5rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
.date { white-space: nowrap; }
section, .figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section { padding: 1.25rem 1.5rem; margin: 0 0 1.25rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 1rem; margin: 0 0 1.25rem; }
.figure { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 1rem; }
.figure dd { margin: 0; font-size: 1.35rem; line-height: 1.4; overflow-wrap: anywhere; font-weight: 650; font-variant-numeric: tabular-nums; }
.figure dt { color: var(--quiet); font-size: .9rem; }
.figure.saved dd { color: var(--good); }
.figure.lost dd, td.lost { color: var(--bad); }
.legend { margin: 0 0 1rem; color: var(--quiet); font-size: .9rem; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; border-radius: 2px; }
.key:first-child { margin-left: 0; }
.key.direct { background: var(--direct); }
.key.shown { background: var(--shown); }
.key.again { background: var(--again); }
.chart { display: block; width: 100%; height: auto; font-size: 13px; font-variant-numeric: tabular-nums; }
.chart .direct { fill: var(--direct); }
.chart .shown, .chart .saved { fill: var(--shown); }
.chart .again { fill: var(--again); }
.chart .lost { fill: var(--bad); }
.chart .label { fill: var(--text); font-weight: 600; }
.chart .value { fill: var(--quiet); }
.chart .axis { stroke: var(--line); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: .9rem; padding-bottom: .5rem; }
th, td { padding: .45rem .4rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; }
td:last-child, th:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: .85rem; font-weight: 600; }
tbody th { font-weight: 600; min-width: 7rem; white-space: normal; overflow-wrap: anywhere; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 700; }
p { margin: 0 0 .6rem; }
footer { color: var(--quiet); font-size: .85rem; }
code { overflow-wrap: anywhere; }
@media print { body { background: none; } section, .figure { break-inside: avoid; } }
`;
