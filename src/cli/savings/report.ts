/** Puts savings into a table, a bar chart and JSON. Pure. */
import type { GroupSavings, Savings, Sums } from "../../accounting/summary.ts";
import { printable } from "../output/printable.ts";
import type { Paint, Surface } from "../output/surface.ts";
import { type Cell, type Column, tableOf } from "../output/table.ts";
import { cut, wrap } from "../output/wrap.ts";

export interface Report extends Savings {
	/** Where it is kept what was counted. */
	readonly path: string;
	/** Milliseconds since 1970; undefined for all sessions. */
	readonly since: number | undefined;
	readonly now: number;
}

type Shown = Pick<Surface, "width" | "colours">;

/** Of the row of searches in all groups, in tables. */
const searchesLabel = "(all groups)";
export const menuLabel = "(tool list)";

/** The shape is documented in docs/commands.md. */
export function savingsJson({ path, since, from, to, sessions, total, groups, days }: Report): unknown {
	const date = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
	return {
		file: path,
		tokenizer: "o200k",
		estimate: true,
		since: date(since),
		from: date(from),
		to: date(to),
		sessions,
		total,
		groups,
		days,
	};
}

export function savingsText(report: Report, surface: Shown): string {
	const paragraphs = (text: string) => wrap(text, surface.width).join("\n");
	if (report.sessions === 0) {
		const what = report.since === undefined ? "Nothing has been counted so far" : "Nothing was counted in this time";
		return paragraphs(
			`${what}: numbers come with the first session in which a client asks for its tools. See docs/commands.md for what is counted.`,
		);
	}
	return [
		paragraphs(surface.colours.bold(headline(report))),
		tableOf(columns, rowsOf(report, surface), surface),
		chart(report, surface),
		...explanations(report).map(paragraphs),
	].join("\n\n");
}

/** What was saved, or lost, in a sentence. */
export function headline({ sessions, from, to, total }: Report): string {
	const many = sessions === 1 ? "one session" : `${count(sessions)} sessions`;
	const span = from === undefined || to === undefined ? "" : `, ${spanOf(from, to)}`;
	if (total.direct === 0) return `Nothing to compare with in ${many}${span}: it is not known what the servers offer.`;
	const share = Math.round((Math.abs(total.saved) / total.direct) * 100);
	const verb = total.saved < 0 ? "Lost" : "Saved";
	const than = total.saved < 0 ? "more" : "less";
	return `${verb} ${count(Math.abs(total.saved))} tokens in ${many}${span}: ${share} % ${than} than with all tools in the client.`;
}

/** What the numbers mean, and what they leave out. */
export function explanations({ groups, total }: Report): string[] {
	const media = groups.reduce((sum, each) => sum + each.media, 0);
	const losers = groups.filter(({ saved, name }) => saved < 0 && name !== "").map(({ name }) => printable(name));
	return [
		"Direct: the definitions of all tools, once a session. Shown, again: what the model was told of tools, for the first time and repeatedly. Results are the same either way, and in no sum. Each text counts once, although a model reads its whole context at every turn.",
		"Estimated in tokens of o200k, by length; other models count differently.",
		...(losers.length === 0 ? [] : [`More was read than would have been loaded directly of: ${losers.join(", ")}.`]),
		...(total.saved < 0 ? ['With few tools, "expose": "auto" in the settings saves the detour.'] : []),
		...(media === 0 ? [] : [`${count(media)} results with pictures or sound are not in the results' tokens.`]),
	];
}

const columns: Column[] = [
	{ title: "GROUP", isFlexible: true },
	{ title: "DIRECT", align: "right" },
	{ title: "SHOWN", align: "right" },
	{ title: "AGAIN", align: "right" },
	{ title: "SAVED", align: "right" },
	{ title: "CALLS", align: "right" },
	{ title: "RESULTS", align: "right" },
];

function rowsOf({ groups, total }: Report, surface: Shown): Cell[][] {
	const { colours } = surface;
	const row = (label: Cell, sums: Sums, calls: number): Cell[] => [
		label,
		count(sums.direct),
		count(sums.first),
		count(sums.repeated),
		{ text: signed(sums.saved), paint: paintOf(sums.saved, surface) },
		count(calls),
		count(sums.results),
	];
	const menu: Cell[] = [
		menuLabel,
		"",
		count(total.menu),
		"",
		{ text: signed(-total.menu), paint: paintOf(-total.menu, surface) },
	];
	const calls = groups.reduce((sum, each) => sum + each.calls, 0);
	return [
		...groups.map((group) => row({ text: cut(labelOf(group), 28), paint: colours.bold }, group, group.calls)),
		menu,
		row({ text: "Total", paint: colours.bold }, { ...total, first: total.first + total.menu }, calls),
	];
}

export function labelOf({ name }: Pick<GroupSavings, "name">): string {
	return name === "" ? searchesLabel : printable(name);
}

function paintOf(saved: number, { colours }: Shown): Paint {
	return saved < 0 ? colours.red : colours.green;
}

/** For each group two bars: what it would have cost directly, and what was shown of it. */
function chart({ groups, total }: Report, { width, colours }: Shown): string {
	const bars = [
		...groups.map((group) => ({ label: labelOf(group), direct: group.direct, shown: group.first + group.repeated })),
		{ label: menuLabel, direct: 0, shown: total.menu },
	];
	const most = Math.max(1, ...bars.flatMap(({ direct, shown }) => [direct, shown]));
	const labels = Math.min(20, Math.max(...bars.map(({ label }) => Bun.stringWidth(label))));
	const room = Math.max(8, width - labels - "  direct  ".length - count(most).length - 1);
	return bars
		.flatMap(({ label, direct, shown }) => {
			const line = (head: string, what: string, value: number, paint: Paint) => {
				const name = cut(head, labels);
				const pad = " ".repeat(Math.max(0, labels - Bun.stringWidth(name)));
				return `${name}${pad}  ${what}  ${paint(barOf(value / most, room))} ${count(value)}`;
			};
			const ours = line(direct === 0 ? label : "", "shown ", shown, shown > direct ? colours.red : colours.green);
			return direct === 0 ? [ours] : [line(label, "direct", direct, colours.dim), ours];
		})
		.join("\n");
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** In steps of an eighth of a column; what is more than nothing is seen. */
function barOf(share: number, room: number): string {
	const steps = share <= 0 ? 0 : Math.max(1, Math.round(share * room * 8));
	return "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
}

export function count(value: number): string {
	// Without the sign that a zero may have.
	return (value + 0).toLocaleString("en-US");
}

/** With a real minus. */
export function signed(value: number): string {
	return value < 0 ? `−${count(-value)}` : count(value);
}

export function spanOf(from: number, to: number): string {
	const [first, last] = [from, to].map((at) => new Date(at).toISOString().slice(0, 10));
	return first === last ? `${first}` : `${first} to ${last}`;
}
