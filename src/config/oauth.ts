/** The `oauth_` fields of a server at a URL: as whom to sign in, and how. Pure. */
import * as v from "valibot";

import { isObject } from "../base/objects.ts";
import { filledText } from "./fields.ts";
import { isPem } from "./tls.ts";
import { show } from "./wording.ts";

const grants = ["authorization_code", "client_credentials"] as const;

const portProblem = ({ input }: { input: unknown }) => `expected a port from 1 to 65535, found ${show(input)}`;

export const oauthEntries = {
	oauth_client_id: v.pipe(
		v.nullish(v.string()),
		v.description("The OAuth client to sign in as. `${VAR}` is filled in. Default: found out from the server."),
	),
	oauth_client_secret: v.pipe(
		v.exactOptional(filledText),
		v.description(
			"The secret of `oauth_client_id`, for a client that has one. `${VAR}` is filled in, so that it need not stand here. Default: none.",
		),
	),
	oauth_scopes: v.pipe(
		v.nullish(v.array(v.string()), []),
		v.description("The OAuth scopes to ask for. Default: what the server asks for."),
	),
	oauth_redirect_port: v.pipe(
		v.exactOptional(
			v.pipe(
				v.number(portProblem),
				v.integer(portProblem),
				v.minValue(1, portProblem),
				v.maxValue(65_535, portProblem),
			),
		),
		v.description(
			"The port of this machine that the browser comes back to, for a client that is registered with a fixed one. Default: any that is free.",
		),
	),
	oauth_grant: v.pipe(
		v.exactOptional(
			v.picklist(
				grants,
				({ input }) => `expected ${grants.map((grant) => `"${grant}"`).join(" or ")}, found ${show(input)}`,
			),
		),
		v.description(
			'"authorization_code": a person signs in, with a browser; "client_credentials": dynamic-mcp signs in by itself, with `oauth_client_id` and either `oauth_client_secret` or `oauth_private_key`. Default: "authorization_code".',
		),
	),
	oauth_private_key: v.pipe(
		v.exactOptional(filledText),
		v.description(
			"The private key of `oauth_client_id`, for a client that proves who it is by one (`private_key_jwt`): a PEM file, or the PEM text itself. `${VAR}` and a leading `~/` are filled in; a relative path starts at the config file's folder. Default: none.",
		),
	),
};

type Written = v.InferOutput<v.StrictObjectSchema<typeof oauthEntries, undefined>>;

/** What is used of them. */
export interface OauthSettings {
	/** Empty: what the server asks for. */
	oauthScopes: string[];
	oauthGrant: (typeof grants)[number];
	oauthClientId?: string;
	oauthClientSecret?: string;
	oauthRedirectPort?: number;
	/** PEM text, or the path of a file with it, as `isPem` tells. */
	oauthPrivateKey?: string;
}

/** Splits an entry in its `oauth_` fields, under the names that we have for them, and the rest. */
export function settleOauth<Entry extends Written>(entry: Entry) {
	const { oauth_client_id, oauth_client_secret, oauth_scopes, oauth_redirect_port, ...more } = entry;
	const { oauth_grant, oauth_private_key, ...rest } = more;
	const oauth: OauthSettings = {
		oauthScopes: oauth_scopes,
		oauthGrant: oauth_grant ?? "authorization_code",
		...(oauth_client_id ? { oauthClientId: oauth_client_id } : {}),
		...(oauth_client_secret === undefined ? {} : { oauthClientSecret: oauth_client_secret }),
		...(oauth_redirect_port === undefined ? {} : { oauthRedirectPort: oauth_redirect_port }),
		...(oauth_private_key === undefined ? {} : { oauthPrivateKey: oauth_private_key }),
	};
	return { ...rest, ...oauth };
}

/** The same with its variables filled in. */
export function expandOauth(oauth: OauthSettings, fill: (text: string, field: string) => string): OauthSettings {
	const { oauthClientId, oauthClientSecret, oauthPrivateKey } = oauth;
	return {
		...oauth,
		...(oauthClientId === undefined ? {} : { oauthClientId: fill(oauthClientId, "oauth_client_id") }),
		...(oauthClientSecret === undefined ? {} : { oauthClientSecret: fill(oauthClientSecret, "oauth_client_secret") }),
		...(oauthPrivateKey === undefined ? {} : { oauthPrivateKey: fill(oauthPrivateKey, "oauth_private_key") }),
	};
}

/** What is missing for the fields that are there to be of use: the field that lacks, and why. */
export function lonelyOauth(entry: unknown): readonly (readonly [field: string, problem: string])[] {
	if (!isObject(entry)) return [];
	const has = (field: string) => typeof entry[field] === "string" && entry[field] !== "";
	const isMachine = entry["oauth_grant"] === "client_credentials";
	const needing = ["oauth_client_secret", "oauth_private_key"].find(has);
	if (needing !== undefined || isMachine) {
		const whose = isMachine ? '"client_credentials" needs it' : `"${needing}" belongs to it`;
		if (!has("oauth_client_id")) return [["oauth_client_id", `missing; ${whose}`]];
	}
	if (!isMachine || needing !== undefined) return [];
	return [["oauth_client_secret", 'missing; "client_credentials" needs it, or "oauth_private_key"']];
}

/** What can only be seen once variables are filled in. */
export function unusableOauth({
	oauthClientId,
	oauthClientSecret,
	oauthPrivateKey,
}: OauthSettings): string | undefined {
	const texts = Object.entries({
		oauth_client_id: oauthClientId,
		oauth_client_secret: oauthClientSecret,
		oauth_private_key: oauthPrivateKey,
	});
	const empty = texts.find(([, text]) => text?.trim() === "");
	return empty === undefined ? undefined : `${empty[0]} is empty`;
}

/** What of it must not be shown: the private key is that only where it stands there itself. */
export function secretsOfOauth({ oauthClientSecret = "", oauthPrivateKey = "" }: OauthSettings): string[] {
	return [oauthClientSecret, ...(isPem(oauthPrivateKey) ? keyTexts(oauthPrivateKey) : [])].filter(
		(text) => text !== "",
	);
}

/** The text as a whole and line by line: a log may show it in one piece or in many, with other line ends. */
export function keyTexts(text: string): string[] {
	const lines = text.split(/[\r\n]+/).map((line) => line.trim());
	return [text.trim(), ...lines.filter((line) => /^[A-Za-z0-9+/=]+$/.test(line))];
}
