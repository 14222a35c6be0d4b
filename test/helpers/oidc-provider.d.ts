/** The part of `oidc-provider`, which comes without types, that the tests use. */
declare module "oidc-provider" {
	import type { IncomingMessage, ServerResponse } from "node:http";

	export interface Context {
		readonly path: string;
		readonly res: ServerResponse;
		/** False: the answer is none of its business. */
		respond?: boolean;
		readonly body?: Readonly<Record<string, unknown>>;
		/** There when the request is one of the provider's own. */
		readonly oidc?: { readonly params?: Readonly<Record<string, string | undefined>> };
	}

	export interface Interaction {
		readonly prompt: { readonly name: string };
		readonly params: Readonly<Record<string, string | undefined>>;
	}

	export interface Grant {
		addResourceScope(resource: string, scope: string): void;
		addOIDCScope(scope: string): void;
		save(): Promise<string>;
	}

	export interface AccessToken {
		readonly aud: string;
	}

	export class Provider {
		constructor(issuer: string, configuration: object);
		readonly Grant: new (owner: { accountId: string; clientId: string }) => Grant;
		readonly AccessToken: {
			find(value: string, options?: { ignoreExpiration: boolean }): Promise<AccessToken | undefined>;
		};
		callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
		use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
		on(event: string, listener: (context: Context, error?: { readonly error?: string }) => void): void;
		interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
		interactionFinished(
			request: IncomingMessage,
			response: ServerResponse,
			result: object,
			options?: { mergeWithLastSubmission: boolean },
		): Promise<void>;
	}
}
