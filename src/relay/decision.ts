/** What can be done with a client's request. Types only. */
import type { RpcError } from "../protocol/jsonrpc.ts";
import type { ToolCall } from "./call-params.ts";
import type { Group } from "./group.ts";

export type Decision =
	/** Shake hands in this revision. */
	| { readonly kind: "initialize"; readonly version: string }
	| { readonly kind: "pong" }
	/** The two tools. */
	| { readonly kind: "list" }
	/** The groups and how they are. */
	| { readonly kind: "groups" }
	/** Text for the model, known without asking anyone. */
	| { readonly kind: "tell"; readonly text: string; readonly isError: boolean }
	| { readonly kind: "refuse"; readonly error: RpcError }
	/** Show what a group offers, or what of it fits the query. */
	| { readonly kind: "discover"; readonly group: Group; readonly query: string | undefined }
	/** Show what fits the query in all groups. */
	| { readonly kind: "search"; readonly query: string }
	| { readonly kind: "call"; readonly group: Group; readonly call: ToolCall }
	/** Call a tool by the name it has in the client's own list, if it has one. */
	| { readonly kind: "direct"; readonly name: string }
	| FeatureDecision;

/** What has to do with more than tools. `group` is the one that the client names, if it does: it is there and can be used. */
export type FeatureDecision =
	/** One list of the lists of all groups. */
	| {
			readonly kind: "gather";
			readonly list: GatheredList;
			readonly cursor: string | undefined;
			readonly group: Group | undefined;
	  }
	/** Read a resource, or follow its changes, or no longer. */
	| { readonly kind: "resource"; readonly uri: string; readonly group: Group | undefined }
	| { readonly kind: "prompt"; readonly name: string; readonly group: Group | undefined }
	| { readonly kind: "complete"; readonly ref: CompletionRef; readonly group: Group | undefined }
	| { readonly kind: "level"; readonly level: string }
	| { readonly kind: "task"; readonly taskId: string }
	| { readonly kind: "tasks"; readonly cursor: string | undefined }
	/** A method that is none of ours, and may be one of an extension's. */
	| { readonly kind: "extension"; readonly method: string; readonly group: Group | undefined };

export type GatheredList = "prompts" | "resources" | "resourceTemplates";

export type CompletionRef =
	{ readonly kind: "prompt"; readonly name: string } | { readonly kind: "resource"; readonly uri: string };
