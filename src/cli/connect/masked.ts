/** Takes secrets out of a text that is shown: a client's config is full of other servers' tokens. Pure. */
import { isObject } from "../../base/objects.ts";
import { secretName } from "../../config/secrets.ts";
import { createRedactor } from "../../observe/redact.ts";

/** Below which everything may be one: clients call the same things differently. */
const secretPlaces = /^(?:env|envs|environment|headers|http_headers|requestOptions|oauth|auth)$/;

/** In arguments and addresses: what the usual services put at the start of their tokens, and what follows a name like a secret's. */
const inText = [
	/\b(?:sk-|sk_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|hf_|npm_|eyJ)[\w.-]{6,}/g,
	/(?<=(?:key|token|secret|passw\w*|pwd|auth|credential)[\w-]*[=:]\s*)[^\s&"']{4,}/gi,
	/(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
];

/** In comments, which no document has. */
const inComments =
	/(?<=(?:key|token|secret|passw\w*|pwd|auth\w*|credential)[\w-]*["']?\s*[=:]\s*["']?(?:bearer\s+)?)[^\s&"',]{8,}/gi;

/** Shorter values would black out half of every line. */
const shortest = 4;

/** A function that masks what is or may be a secret in these documents and in the texts that they stand in. */
export function maskerFor(documents: readonly unknown[], texts: readonly string[]): (text: string) => string {
	return createRedactor(() => {
		const written = texts.flatMap((text) => [...inText, inComments].flatMap((pattern) => text.match(pattern) ?? []));
		return [...documents.flatMap((document) => secretsIn(document, false)), ...written].flatMap(asWritten);
	});
}

function secretsIn(value: unknown, isSecret: boolean): string[] {
	if (typeof value === "string")
		return [...(isSecret ? [value] : []), ...inText.flatMap((pattern) => value.match(pattern) ?? [])];
	if (Array.isArray(value))
		return value.flatMap((item, index) => secretsIn(item, isSecret || isSecretOption(value[index - 1])));
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, item]) => {
		const isNamed = secretName.test(key) && typeof item === "string";
		return secretsIn(item, isSecret || isNamed || secretPlaces.test(key));
	});
}

/** `--token` stands before a secret. */
function isSecretOption(value: unknown): boolean {
	return typeof value === "string" && /^--?[\w-]+$/.test(value) && secretName.test(value);
}

function asWritten(secret: string): string[] {
	return secret.length < shortest ? [] : [secret, JSON.stringify(secret).slice(1, -1)];
}
