import { expect, test } from "bun:test";

import { openBrowserView, testWithBrowser } from "../../../test/helpers/browser.ts";
import { openTempDir } from "../../../test/helpers/temp-dir.ts";
import type { Counted } from "../../accounting/counts.ts";
import type { Period } from "../../accounting/ledger.ts";
import { summarise } from "../../accounting/summary.ts";
import { savingsHtml } from "./html.ts";

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 5);

function periodOf(label: string | undefined, at: number, names: readonly string[]): Period {
	const counted = names.flatMap((name): Counted[] => [
		{ kind: "direct", name, count: 1, characters: 1_400_000_000, media: 0 },
		{ kind: "first", name, count: 1, characters: 90_000_000, media: 0 },
	]);
	return { label, sessions: 2, started: at, ended: at + 1000, counted };
}

function reportOf(periods: readonly Period[]): string {
	const savings = summarise(periods, (_kind, _name, characters) => Math.round(characters / 4));
	return savingsHtml({ ...savings, path: "/cache/savings.sqlite", since: undefined, now: start + 400 * dayMs });
}

const bars = (html: string) => Array.from(html.matchAll(/<title>(\d{4}[^<]*)<\/title>/g), ([, text]) => text);

test("days stand in a chart by day", () => {
	const html = reportOf([periodOf(undefined, start, ["a"]), periodOf(undefined, start + dayMs, ["a"])]);
	expect(html).toContain(">By day</h2>");
	expect(bars(html)).toEqual([
		"2026-01-05: 327,500,000 tokens, 2 sessions",
		"2026-01-06: 327,500,000 tokens, 2 sessions",
	]);
});

test("where months have been summed up, days are put together by month as well: a day beside a month says nothing", () => {
	const html = reportOf([
		periodOf("2026-01", start, ["a"]),
		periodOf("2026-02-03", start + 29 * dayMs, ["a"]),
		periodOf(undefined, start + 30 * dayMs, ["a"]),
	]);
	expect(html).toContain(">By month</h2>");
	expect(bars(html)).toEqual(["2026-01: 327,500,000 tokens, 2 sessions", "2026-02: 655,000,000 tokens, 4 sessions"]);
});

testWithBrowser()("large numbers and names of any length have room", async () => {
	const names = [
		"W".repeat(300),
		"<img src=x onerror=alert(1)>",
		"日本語のとても長いグループの名前です",
		"😀".repeat(30),
	];
	await using directory = openTempDir();
	const file = directory.write("report.html", reportOf([periodOf(undefined, start, names)]));
	await using browser = await openBrowserView();
	const { view } = browser;
	await view.navigate("about:blank");
	for (const width of [1000, 700, 400]) {
		await view.cdp("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
		await view.navigate(`file://${file}`);
		await browser.shows("Savings of dynamic-mcp");
		const found = await view.evaluate(`({
			figures: [...document.querySelectorAll('.figure dd')].filter((each) => each.scrollWidth > each.clientWidth).length,
			labels: [...document.querySelectorAll('.chart .label')].filter((each) => each.getBBox().x < 0).length,
			page: document.documentElement.scrollWidth <= innerWidth,
			table: ${width < 1000} || document.querySelector('.scroll').scrollWidth <= document.querySelector('.scroll').clientWidth,
		})`);
		expect([width, found]).toEqual([width, { figures: 0, labels: 0, page: true, table: true }]);
	}
});
