/** The demo's calendar: arithmetic with dates, no appointments. */
import type { SampleTool } from "./sample-server.ts";

const date = (description: string) => ({ type: "string", format: "date", description });
const readOnly = (title: string) => ({ title, readOnlyHint: true, openWorldHint: false });

const dayMs = 86_400_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

export function createCalendarTools(): readonly SampleTool[] {
	return [
		{
			tool: {
				name: "days_between",
				description: "Counts the days from one date to another; negative when the second one is earlier.",
				inputSchema: {
					type: "object",
					properties: {
						from: date("First date, as in 2025-12-24"),
						to: date("Second date, as in 2026-01-06"),
						workdays_only: { type: "boolean", default: false, description: "Leave out Saturdays and Sundays" },
					},
					required: ["from", "to"],
				},
				annotations: readOnly("Days between two dates"),
			},
			run(args) {
				const from = readDate(args["from"]);
				const to = readDate(args["to"]);
				const days = Math.round((to - from) / dayMs);
				if (args["workdays_only"] !== true) return `${days} days`;
				const step = Math.sign(days);
				let count = 0;
				for (let day = 0; day !== days; day += step) if (isWorkday(from + day * dayMs)) count += step;
				return `${count} workdays`;
			},
		},
		{
			tool: {
				name: "add_to_date",
				description: "Returns the date that is so many days, weeks, months or years later, or earlier when negative.",
				inputSchema: {
					type: "object",
					properties: {
						date: date("Date to start from"),
						amount: { type: "integer", description: "How many units to add" },
						unit: {
							type: "string",
							enum: ["days", "weeks", "months", "years"],
							default: "days",
							description: "What to count in",
						},
					},
					required: ["date", "amount"],
				},
				annotations: readOnly("Add to a date"),
			},
			run(args) {
				const start = new Date(readDate(args["date"]));
				const amount = Number(args["amount"]);
				const unit = args["unit"] ?? "days";
				if (unit === "days") start.setUTCDate(start.getUTCDate() + amount);
				else if (unit === "weeks") start.setUTCDate(start.getUTCDate() + 7 * amount);
				else if (unit === "months") start.setUTCMonth(start.getUTCMonth() + amount);
				else start.setUTCFullYear(start.getUTCFullYear() + amount);
				return start.toISOString().slice(0, 10);
			},
		},
		{
			tool: {
				name: "weekday",
				description: "Returns the day of the week of a date.",
				inputSchema: {
					type: "object",
					properties: { date: date("Date to look at, as in 2026-07-28") },
					required: ["date"],
				},
				annotations: readOnly("Day of the week"),
			},
			run: (args) => weekdays[new Date(readDate(args["date"])).getUTCDay()] ?? "",
		},
	];
}

function isWorkday(time: number): boolean {
	return ![0, 6].includes(new Date(time).getUTCDay());
}

/** Midnight of the date in UTC, in milliseconds. */
function readDate(text: unknown): number {
	const time = typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(time)) throw new Error(`"${String(text)}" is not a date; write it like 2026-07-28.`);
	return time;
}
