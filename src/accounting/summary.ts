/** Says what came of what was counted: what was loaded, what a client would have loaded directly, and what is between them. Pure. */
import type { Counted, Kind } from "./counts.ts";
import type { Period } from "./ledger.ts";

/** Whole tokens, so that what is shown adds up. */
export interface Sums {
	/** The definitions of all tools, once a session. */
	readonly direct: number;
	/** What was shown of tools for the first time in a session, */
	readonly first: number;
	/** and what was shown once more. */
	readonly repeated: number;
	/** What tools have answered: the same either way, and in no difference. */
	readonly results: number;
	/** `direct` without what was shown: below zero where that was more. */
	readonly saved: number;
}

export interface GroupSavings extends Sums {
	/** Empty for searches in all groups. */
	readonly name: string;
	/** How often its tools were shown or searched. */
	readonly discoveries: number;
	readonly calls: number;
	/** Of the calls, those with pictures or sound, whose tokens are not in `results`. */
	readonly media: number;
}

export interface TotalSavings extends Sums {
	/** The client's own list, once a session. It belongs to no group, and is not in their savings. */
	readonly menu: number;
}

export interface DaySavings {
	/** `2026-11-22`; `2026-11` of a month that has been summed up. */
	readonly day: string;
	readonly sessions: number;
	readonly saved: number;
}

export interface Savings {
	readonly sessions: number;
	/** Of the first session's start and of the last one's end, in milliseconds since 1970; undefined when there are none. */
	readonly from: number | undefined;
	readonly to: number | undefined;
	readonly total: TotalSavings;
	/** Those that cost or saved most first. */
	readonly groups: readonly GroupSavings[];
	readonly days: readonly DaySavings[];
}

/** How many tokens a text of one kind has, by its length; a whole number. */
export type TokensOf = (kind: Kind, name: string, characters: number) => number;

export function summarise(periods: readonly Period[], tokensOf: TokensOf): Savings {
	const counted = periods.flatMap((period) => period.counted);
	const names = [...new Set(counted.filter(({ kind }) => kind !== "menu").map(({ name }) => name))];
	const groups = names
		.map((name) =>
			savingsOf(
				name,
				counted.filter((each) => each.kind !== "menu" && each.name === name),
				tokensOf,
			),
		)
		.sort((a, b) => Math.abs(b.saved) - Math.abs(a.saved) || (a.name < b.name ? -1 : 1));
	const menu = sumOf(
		counted.filter(({ kind }) => kind === "menu"),
		"menu",
		tokensOf,
	);
	return {
		sessions: periods.reduce((sum, { sessions }) => sum + sessions, 0),
		from: periods.length === 0 ? undefined : Math.min(...periods.map(({ started }) => started)),
		to: periods.length === 0 ? undefined : Math.max(...periods.map(({ ended }) => ended)),
		total: totalOf({
			direct: add(groups, "direct"),
			menu,
			first: add(groups, "first"),
			repeated: add(groups, "repeated"),
			results: add(groups, "results"),
		}),
		groups,
		days: daysOf(periods, tokensOf),
	};
}

function savingsOf(name: string, counted: readonly Counted[], tokensOf: TokensOf): GroupSavings {
	const tokens = (kind: Kind) => sumOf(counted, kind, tokensOf);
	const times = (kind: Kind, field: "count" | "media" = "count") =>
		counted.reduce((sum, each) => (each.kind === kind ? sum + each[field] : sum), 0);
	const sums = {
		direct: tokens("direct"),
		first: tokens("first"),
		repeated: tokens("repeated"),
		results: tokens("result"),
	};
	return {
		name,
		discoveries: times("first") + times("repeated"),
		calls: times("result"),
		media: times("result", "media"),
		...sums,
		saved: sums.direct - sums.first - sums.repeated,
	};
}

function sumOf(counted: readonly Counted[], kind: Kind, tokensOf: TokensOf): number {
	const lengths = new Map<string, number>();
	for (const each of counted) {
		if (each.kind === kind) lengths.set(each.name, (lengths.get(each.name) ?? 0) + each.characters);
	}
	return Array.from(lengths, ([name, characters]) => tokensOf(kind, name, characters)).reduce(
		(sum, each) => sum + each,
		0,
	);
}

function totalOf(sums: Omit<TotalSavings, "saved">): TotalSavings {
	return { ...sums, saved: sums.direct - sums.menu - sums.first - sums.repeated };
}

function add(groups: readonly Sums[], field: keyof Sums): number {
	return groups.reduce((sum, each) => sum + each[field], 0);
}

/** Rounded by themselves: all days together may be a few tokens beside the total. */
function daysOf(periods: readonly Period[], tokensOf: TokensOf): DaySavings[] {
	const days = new Map<string, Period[]>();
	for (const period of periods) {
		const day = labelOf(period);
		days.set(day, [...(days.get(day) ?? []), period]);
	}
	return Array.from(days, ([day, own]) => {
		const counted = own.flatMap((period) => period.counted);
		const tokens = (kind: Kind) => sumOf(counted, kind, tokensOf);
		const sums = {
			direct: tokens("direct"),
			menu: tokens("menu"),
			first: tokens("first"),
			repeated: tokens("repeated"),
		};
		const { saved } = totalOf({ ...sums, results: 0 });
		return { day, sessions: own.reduce((sum, { sessions }) => sum + sessions, 0), saved };
	});
}

const labelOf = ({ label, ended }: Period) => label ?? new Date(ended).toISOString().slice(0, 10);
