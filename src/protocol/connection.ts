/** An upstream that has shaken hands: what everyone beyond `src/upstream` knows of it. */
import type { Link } from "./link.ts";

export interface Connection {
	readonly link: Link;
	readonly protocolVersion: string;
	/** As the server announced them; absent means it does not have that capability. */
	readonly capabilities: { readonly [capability: string]: unknown };
	readonly serverInfo: unknown;
	readonly instructions: string | undefined;
}
