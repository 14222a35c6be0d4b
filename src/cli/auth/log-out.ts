/** `dynamic-mcp auth logout <group>`: gives the tokens back and forgets them. */
import type { TokenStore } from "../../auth/types.ts";
import { printable } from "../output/printable.ts";

export type Revocation =
	{ readonly kind: "revoked" | "unoffered" } | { readonly kind: "failed"; readonly problem: string };

export interface LogOutOptions {
	/** The group, or the resource when no group has it. */
	readonly name: string;
	readonly authorizer: { readonly resource: string; logout(signal: AbortSignal): Promise<Revocation> };
	readonly store: Pick<TokenStore, "read">;
	readonly signal: AbortSignal;
}

/** What has come of it. */
export async function logOut({ name, authorizer, store, signal }: LogOutOptions): Promise<string> {
	const hadTokens = (await store.read(authorizer.resource))?.tokens !== undefined;
	// Also without tokens: what is known of the client is forgotten as well.
	const outcome = await authorizer.logout(signal);
	if (!hadTokens) return `Nobody was signed in to ${name}.`;
	const signedOut = `Signed out of ${name}: its tokens are`;
	if (outcome.kind === "revoked") return `${signedOut} revoked and forgotten.`;
	if (outcome.kind === "failed") return `${signedOut} forgotten here, but ${printable(outcome.problem)}.`;
	return `${signedOut} forgotten. Its authorization server has no way to revoke them.`;
}
