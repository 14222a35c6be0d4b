/** What the two sides have said that they can do. Pure. */
import { isObject } from "../base/objects.ts";

type Capabilities = Readonly<Record<string, unknown>>;

export function declares(capabilities: Capabilities, name: string): boolean {
	return isObject(capabilities[name]);
}

/** Whether both sides have declared one and the same extension: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle */
export function sharesExtension(one: Capabilities, other: Capabilities): boolean {
	return sharedExtensions(one, other).length > 0;
}

export function sharedExtensions(one: Capabilities, other: Capabilities): string[] {
	const others = extensionsOf(other);
	return Object.keys(extensionsOf(one)).filter((name) => Object.hasOwn(others, name));
}

/** Those of a client's extensions that one of these offers has, too, as its server declares them. */
export function knownExtensions(
	own: Capabilities,
	offers: readonly ({ readonly capabilities?: Capabilities | undefined } | undefined)[],
): Record<string, unknown> {
	const known: Record<string, unknown> = Object.assign(
		{},
		...offers.map((offer) => extensionsOf(offer?.capabilities ?? {})),
	);
	return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(extensionsOf(own), name)));
}

export function extensionsOf({ extensions }: Capabilities): Record<string, unknown> {
	return isObject(extensions) ? extensions : {};
}

/** Whether methods of this name look like those of the extension: `ui/open` is one of `io.modelcontextprotocol/ui`. */
export function isMethodOf(extension: string, method: string): boolean {
	const [namespace = ""] = method.split("/");
	return namespace !== "" && (extension === namespace || extension.endsWith(`/${namespace}`));
}
