/** A server entry written for another MCP client, on its way to become ours. Types only. */

/** Fields are added and taken away until only ours are left. */
export interface Draft {
	readonly fields: Map<string, unknown>;
	/** The field is left out. */
	readonly warn: (field: string, why: string) => void;
	/** The entry cannot be used. */
	readonly refuse: (field: string, why: string) => void;
}
