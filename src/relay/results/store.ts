/** Where large results are kept, as the relay knows it: types only. `src/spill` has the one on disk. */

export interface ResultStore {
	/** Keeps the text, as UTF-8. Rejects when that cannot be done, with the reason for a person. */
	keep(bytes: Uint8Array): Promise<KeptText>;
}

export interface KeptText {
	/** How many bytes it has. */
	readonly bytes: number;
	/** Those from `from` up to, and without, `to`; undefined when the text is no longer there. */
	read(from: number, to: number): Promise<Uint8Array | undefined>;
	/** Nobody will read it again. */
	drop(): void;
}

/** What a session knows of a text that was kept for it. Its id says nothing of where it is. */
export interface KeptResult {
	readonly text: KeptText;
	/** How many bytes of it may be told at once. */
	readonly budget: number;
}
