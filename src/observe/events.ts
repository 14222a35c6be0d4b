/** What happens in the program, for whoever wants to know. The only file of this folder others import. */

export type Event =
	| { readonly kind: "config"; readonly problem: string }
	| {
			readonly kind: "config-applied";
			readonly added: readonly string[];
			readonly removed: readonly string[];
			readonly changed: readonly string[];
	  }
	| { readonly kind: "cache"; readonly problem: string }
	/** What is wrong with the sign-ins that are kept. */
	| { readonly kind: "sign-in"; readonly problem: string }
	| { readonly kind: "group-starting"; readonly group: string }
	| { readonly kind: "group-ready"; readonly group: string; readonly tookMs: number; readonly server: string }
	| { readonly kind: "group-failed"; readonly group: string; readonly problem: string }
	| { readonly kind: "group-closed"; readonly group: string; readonly detail: string }
	| { readonly kind: "group-stderr"; readonly group: string; readonly line: string }
	/** What went wrong with a server at a URL, and cost nobody an answer. */
	| { readonly kind: "group-trouble"; readonly group: string; readonly what: string }
	| { readonly kind: "group-ignored"; readonly group: string; readonly what: string; readonly text: string }
	| { readonly kind: "client-ignored"; readonly what: string; readonly text: string }
	| { readonly kind: "call"; readonly group: string; readonly tool: string; readonly outcome: string }
	| { readonly kind: "stopping"; readonly reason: string }
	| { readonly kind: "internal"; readonly error: unknown };

/** Must return at once and never throw: it is called from the hot path. */
export type Emit = (event: Event) => void;
