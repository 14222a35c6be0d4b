/** The charts of the report, as inline SVG. Pure. */
import type { DaySavings, GroupSavings } from "../../accounting/summary.ts";
import { cut } from "../output/wrap.ts";
import { count, labelOf, menuLabel, type Report, signed } from "./report.ts";

/** In units of the drawing, which is as wide as the page. */
const width = 720;
const labelWidth = 160;
const valueWidth = 100;
const labelColumns = 18;
const barHeight = 14;
const rowHeight = 46;
const dayHeight = 180;

interface Bars {
	readonly label: string;
	readonly direct: number;
	readonly first: number;
	readonly repeated: number;
}

/** For each group what it would have cost, and below what was shown of it. */
export function groupsChart({ groups, total }: Report): string {
	const bars: Bars[] = [
		...groups.map((group: GroupSavings) => ({ ...group, label: labelOf(group) })),
		{ label: menuLabel, direct: 0, first: total.menu, repeated: 0 },
	];
	const most = Math.max(1, ...bars.map(({ direct, first, repeated }) => Math.max(direct, first + repeated)));
	const scale = (value: number) => (value <= 0 ? 0 : Math.max(1, (value / most) * (width - labelWidth - valueWidth)));
	const height = bars.length * rowHeight;
	const says = bars.map(
		({ label, direct, first, repeated }) => `${label}: ${count(direct)} directly, ${count(first + repeated)} shown`,
	);
	return `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="groups-title groups-text">
<title id="groups-title">Tokens by group, directly and as shown by dynamic-mcp</title>
<desc id="groups-text">${Bun.escapeHTML(says.join("; "))}.</desc>
${bars.map((each, at) => groupRow(each, at * rowHeight, scale)).join("\n")}
</svg>`;
}

function groupRow({ label, direct, first, repeated }: Bars, top: number, scale: (value: number) => number): string {
	const left = labelWidth;
	const second = top + barHeight + 5;
	const shown = first + repeated;
	const bar = (kind: string, x: number, y: number, value: number) =>
		value > 0
			? `<rect class="${kind}" x="${round(x)}" y="${y}" width="${round(scale(value))}" height="${barHeight}" rx="2"/>`
			: "";
	const value = (x: number, y: number, text: string) =>
		`<text class="value" x="${round(x + 6)}" y="${y + 11}">${text}</text>`;
	const end = left + (shown > 0 ? scale(first) + scale(repeated) : 0);
	return [
		`<text class="label" x="${left - 10}" y="${top + 22}" text-anchor="end"${fitted(label)}>${Bun.escapeHTML(cut(label, labelColumns))}</text>`,
		bar("direct", left, top + 2, direct),
		direct > 0 ? value(left + scale(direct), top + 2, count(direct)) : "",
		bar("shown", left, second, first),
		bar("again", left + scale(first), second, repeated),
		value(end, second, count(shown)),
	].join("");
}

/** Letters differ in width: what is cut takes all the room there is, and no more. */
function fitted(label: string): string {
	const isLong = Bun.stringWidth(label) >= labelColumns - 2;
	return isLong ? ` textLength="${labelWidth - 12}" lengthAdjust="spacingAndGlyphs"` : "";
}

/** What each day, or month, has saved, upwards, or lost, downwards. */
export function daysChart(days: readonly DaySavings[], unit: "day" | "month"): string {
	const highest = Math.max(0, ...days.map(({ saved }) => saved));
	const lowest = Math.min(0, ...days.map(({ saved }) => saved));
	const range = Math.max(1, highest - lowest);
	const top = 20;
	const bottom = 24;
	const toHeight = (value: number) => (value / range) * (dayHeight - top - bottom);
	const zero = top + toHeight(highest);
	const step = width / days.length;
	const bars = days.map(({ day, saved, sessions }, at) => {
		const high = saved === 0 ? 0 : Math.max(1, Math.abs(toHeight(saved)));
		const barWidth = Math.min(48, step * 0.7);
		const x = at * step + (step - barWidth) / 2;
		const y = saved < 0 ? zero : zero - high;
		const says = `${day}: ${signed(saved)} tokens, ${sessions} ${sessions === 1 ? "session" : "sessions"}`;
		return `<rect class="${saved < 0 ? "lost" : "saved"}" x="${round(x)}" y="${round(y)}" width="${round(barWidth)}" height="${round(high)}" rx="2"><title>${says}</title></rect>`;
	});
	const says = days.map(({ day, saved }) => `${day}: ${signed(saved)}`).join("; ");
	const label = (x: number, anchor: string, text: string) =>
		`<text class="value" x="${round(x)}" y="${dayHeight - 6}" text-anchor="${anchor}">${text}</text>`;
	return `<svg class="chart" viewBox="0 0 ${width} ${dayHeight}" role="img" aria-labelledby="days-title days-text">
<title id="days-title">Tokens saved by ${unit}</title>
<desc id="days-text">${Bun.escapeHTML(says)}.</desc>
<text class="value" x="0" y="12">${highest > 0 ? `up to ${count(highest)}` : `down to ${signed(lowest)}`}</text>
${bars.join("\n")}
<line class="axis" x1="0" y1="${round(zero)}" x2="${width}" y2="${round(zero)}"/>
${label(0, "start", days[0]?.day ?? "")}${label(width, "end", days.at(-1)?.day ?? "")}
</svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
