/** A sign-in as text, and the name it is kept under. Pure. */
import { createHash } from "node:crypto";

import * as v from "valibot";

import { parseJson } from "../base/objects.ts";
import type { StoredSignIn } from "./types.ts";

/** A sign-in as it is kept. */
export interface Kept {
	/** Milliseconds since 1970, and more than in any that it follows: of two copies the later one counts. */
	readonly savedAt: number;
	readonly signIn: StoredSignIn;
}

const version = 1;

const optionalText = v.optional(v.string());
const optionalTime = v.optional(v.pipe(v.number(), v.finite()));

const signInSchema = v.object({
	resource: v.string(),
	issuer: v.string(),
	indicator: optionalText,
	client: v.object({
		kind: v.picklist(["configured", "metadata-document", "registered"]),
		id: v.string(),
		secret: optionalText,
		secretExpiresAt: optionalTime,
		redirectUri: optionalText,
		authMethod: optionalText,
	}),
	tokens: v.optional(
		v.object({
			accessToken: v.pipe(v.string(), v.nonEmpty()),
			refreshToken: optionalText,
			scope: optionalText,
			expiresAt: optionalTime,
			obtainedAt: optionalTime,
		}),
	),
	askedScope: optionalText,
});

const keptSchema = v.object({ version: v.literal(version), savedAt: v.number(), signIn: signInSchema });

export function formatKept({ savedAt, signIn }: Kept): string {
	return JSON.stringify({ version, savedAt, signIn });
}

/** Undefined for what is no sign-in, or not as this version writes it. What it says must not be shown: it may have a token. */
export function parseKept(text: string): Kept | undefined {
	const parsed = v.safeParse(keptSchema, parseJson(text));
	return parsed.success ? { savedAt: parsed.output.savedAt, signIn: parsed.output.signIn } : undefined;
}

/** `mcp.example.com-<hash>`: for the eye, and different for each resource, also where `A` and `a` are one name. */
export function recordName(resource: string): string {
	const hash = createHash("sha256").update(resource).digest("hex").slice(0, 32);
	const host = (URL.parse(resource)?.host ?? "").replaceAll(/[^a-z0-9.-]/g, "_").slice(0, 100);
	// Windows takes `aux.example.com` for a device.
	return `${host.replace(/^(?=(?:con|prn|aux|nul|com\d|lpt\d)\.)/, "_") || "server"}-${hash}`;
}

export const isRecordName = (name: string) => /^[a-z0-9._-]+-[0-9a-f]{32}$/.test(name);
