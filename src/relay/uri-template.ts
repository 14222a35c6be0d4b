/**
 * Whether a URI may have come from a template of RFC 6570. The SDK's own matcher makes a regular expression of a
 * template, which a hostile server can make take hours: this one takes time in proportion to the lengths.
 */

/** Operators whose value may hold a `/`: RFC 6570, sections 3.2.2 to 3.2.9. */
const anything = new Set(["+", "#", "/", "?", "&"]);

/** Operators that put themselves before the value, and nothing where there is none. */
const prefixing = new Set(["#", ".", "/", ";", "?", "&"]);

/** What stands for the expressions between two literal parts, mostly one. */
type Gap = readonly string[];

/**
 * The literal parts must be there, in order, with what fits the expressions between them. The first place where a part
 * fits is taken, and for the last part the end, so that rare ambiguous URIs are not recognised.
 */
export function fitsTemplate(template: string, uri: string): boolean {
	const parts = parse(template);
	if (parts === undefined) return false;
	let at = 0;
	for (const [index, { gap, literal }] of parts.entries()) {
		const isLast = index === parts.length - 1;
		let found = gap.length === 0 ? at : uri.indexOf(literal, at + (isHeld(gap, uri, at) ? 1 : 0));
		if (isLast) found = uri.length - literal.length;
		if (found < at || !uri.startsWith(literal, found) || !fits(gap, uri.slice(at, found))) return false;
		at = found + literal.length;
	}
	return at === uri.length;
}

/** Each literal part with the expressions before it; undefined when it is no template. */
function parse(template: string): { gap: Gap; literal: string }[] | undefined {
	const parts: { gap: Gap; literal: string }[] = [];
	let gap: string[] = [];
	for (const part of template.split(/(\{[^{}]*\})/)) {
		if (part.startsWith("{")) {
			const [, operator] = /^\{([+#./;?&]?)[^{}+#./;?&][^{}]*\}$/.exec(part) ?? [];
			if (operator === undefined) return undefined;
			gap.push(operator);
		} else if (part !== "") {
			parts.push({ gap, literal: part });
			gap = [];
		}
	}
	if (gap.length > 0) parts.push({ gap, literal: "" });
	return parts;
}

/** Whether something stands for the expressions at this place. */
function isHeld(gap: Gap, uri: string, at: number): boolean {
	return mustHold(gap) || gap.some((operator) => uri.startsWith(operator, at));
}

function mustHold(gap: Gap): boolean {
	return gap.some((operator) => !prefixing.has(operator));
}

function fits(gap: Gap, value: string): boolean {
	if (value === "") return !mustHold(gap);
	const [first] = gap;
	if (first === undefined || (prefixing.has(first) && !gap.some((each) => value.startsWith(each)))) return false;
	return gap.some((operator) => anything.has(operator)) || !value.includes("/");
}
