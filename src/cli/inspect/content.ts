/** What results consist of, for whoever prints or saves it. Pure. */
import { isObject } from "../../base/objects.ts";

export type Part =
	| { readonly kind: "text"; readonly text: string }
	| {
			readonly kind: "binary";
			/** `image`, `audio` or `resource`. */
			readonly what: string;
			readonly mimeType: string;
			/** Of a resource. */
			readonly uri: string | undefined;
			readonly bytes: Uint8Array;
	  }
	/** Where something is that can be read. */
	| { readonly kind: "link"; readonly uri: string; readonly note: string }
	/** What this program does not know. */
	| { readonly kind: "other"; readonly value: unknown };

/** Of the `content` of a tool's result, or of one message of a prompt. */
export function partsOf(content: unknown): Part[] {
	return (Array.isArray(content) ? content : content === undefined ? [] : [content]).map(partOf);
}

/** Of the `contents` that were read of a resource. */
export function partsOfResource(contents: unknown): Part[] {
	return (Array.isArray(contents) ? contents : []).map(resourcePart);
}

function partOf(block: unknown): Part {
	if (!isObject(block)) return { kind: "other", value: block };
	const { type, text, data, mimeType, uri } = block;
	if (type === "text" && typeof text === "string") return { kind: "text", text };
	if ((type === "image" || type === "audio") && typeof data === "string") {
		return { kind: "binary", what: type, mimeType: typeText(mimeType), uri: undefined, bytes: decode(data) };
	}
	if (type === "resource") return resourcePart(block["resource"]);
	if (type !== "resource_link" || typeof uri !== "string") return { kind: "other", value: block };
	const notes = [block["title"] ?? block["name"], mimeType, block["description"]];
	return { kind: "link", uri, note: notes.filter((note) => typeof note === "string").join(", ") };
}

function resourcePart(resource: unknown): Part {
	if (!isObject(resource)) return { kind: "other", value: resource };
	const { text, blob, mimeType, uri } = resource;
	if (typeof text === "string") return { kind: "text", text };
	if (typeof blob !== "string") return { kind: "other", value: resource };
	const place = typeof uri === "string" ? uri : undefined;
	return { kind: "binary", what: "resource", mimeType: typeText(mimeType), uri: place, bytes: decode(blob) };
}

function typeText(mimeType: unknown): string {
	return typeof mimeType === "string" ? mimeType : "unknown type";
}

function decode(base64: string): Uint8Array {
	return new Uint8Array(Buffer.from(base64, "base64"));
}

/** As in `4.1 kB`. */
export function sizeText(bytes: number): string {
	if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
	const [size, unit] = bytes < 999_950 ? [bytes / 1000, "kB"] : [bytes / 1e6, "MB"];
	return `${size.toFixed(1)} ${unit}`;
}
