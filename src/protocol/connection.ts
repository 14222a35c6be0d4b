/** An upstream that has shaken hands: what everyone beyond `src/upstream` knows of it. */
import type { Link } from "./link.ts";

export interface Connection {
	readonly link: Link;
	/** Reached over a network: its requests may end with the remedy `repeat`. */
	readonly isRemote: boolean;
	readonly protocolVersion: string;
	/** As the server announced them; absent means it does not have that capability. */
	readonly capabilities: { readonly [capability: string]: unknown };
	readonly serverInfo: unknown;
	readonly instructions: string | undefined;
}
