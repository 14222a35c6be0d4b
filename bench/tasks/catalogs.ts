/** Groups with so many tools, taken from the recorded catalogs of real servers. */
import { join } from "node:path";

export interface Tool {
	readonly name: string;
	readonly description?: string;
	readonly inputSchema: {
		readonly properties?: Readonly<Record<string, unknown>>;
		readonly required?: readonly string[];
	};
}

export interface Group {
	readonly group: string;
	readonly description: string;
	readonly tools: readonly Tool[];
}

const folder = join(import.meta.dir, "../retrieval/catalogs");

/** As people come by servers: small and common ones first. Never reordered, or the numbers of old runs mean nothing. */
const order = [
	"time",
	"memory",
	"fetch",
	"filesystem",
	"git",
	"slack",
	"sqlite",
	"context7",
	"brave-search",
	"github",
	"puppeteer",
	"tavily",
	"google-maps",
	"playwright",
	"airtable",
	"stripe",
	"kubernetes",
	"desktop-commander",
	"notion",
	"firecrawl",
	"mongodb",
	"chrome-devtools",
	"everything",
	"postgres",
	"figma",
	"sequential-thinking",
	"gitlab",
];

/** Exactly `count` tools, the last group cut; more than there are come by a second copy of servers, under another name. */
export async function groupsWith(count: number): Promise<Group[]> {
	const groups: Group[] = [];
	let left = count;
	for (const [round, suffix] of ["", "-work"].entries()) {
		for (const name of order) {
			if (left <= 0) return groups;
			const catalog = (await Bun.file(join(folder, `${name}.json`)).json()) as Group;
			const description = round === 0 ? catalog.description : `${catalog.description}, at work`;
			const tools = catalog.tools.slice(0, left);
			groups.push({ group: `${name}${suffix}`, description, tools });
			left -= tools.length;
		}
	}
	return groups;
}
