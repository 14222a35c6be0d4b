/** A catalog store in a directory of its own, and an offer to put into it. */
import { readdirSync, utimesSync } from "node:fs";

import type { Offer } from "../../src/catalog/offer.ts";
import { type CatalogStoreOptions, createCatalogStore } from "../../src/catalog/store.ts";
import { openTempDir } from "./temp-dir.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export const fingerprint = (digit: string) => digit.repeat(64);
export const a = fingerprint("a");
export const b = fingerprint("b");
export const nameOf = (key: string) => `${key}.json`;
export const summaryNameOf = (key: string) => `${key}.summary.json`;

export const offer: Offer = {
	tools: [{ name: "log", inputSchema: { properties: { constructor: {} } }, "x-more": null }],
	prompts: [{ name: "p" }, 7],
	resources: [],
	resourceTemplates: undefined,
	instructions: "Ask first.",
	serverInfo: { name: "s", version: "1" },
	protocolVersion: "2025-11-25",
	capabilities: { tools: { listChanged: true }, constructor: {} },
};
export const silence = {
	prompts: undefined,
	resources: undefined,
	resourceTemplates: undefined,
	instructions: undefined,
};
export const bareOffer: Offer = { ...silence, tools: [], serverInfo: undefined, protocolVersion: "", capabilities: {} };
export const entry = (more: object = {}) => ({ format: 1, savedAt: 0, offer, ...more });

/** A store in a fresh directory, and the problems it has told. */
export function openStore(options: Partial<CatalogStoreOptions> = {}) {
	const directory = openTempDir();
	const problems: string[] = [];
	const onProblem = (text: string) => void problems.push(text);
	const store = createCatalogStore({ directory: directory.path, onProblem, ...options });
	return {
		...store,
		problems,
		path: directory.path,
		/** What lies beside the entries, too. */
		names: () => readdirSync(`${directory.path}/catalogs`).sort(),
		/** Puts a file in the store's way, last touched at the given time. */
		put(name: string, content: unknown, at = Date.now()) {
			const isText = typeof content === "string" || content instanceof Uint8Array;
			const path = directory.write(`catalogs/${name}`, isText ? content : JSON.stringify(content));
			utimesSync(path, new Date(at), new Date(at));
			return path;
		},
		[Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
	};
}
