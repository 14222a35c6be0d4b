/** Writes values as JSON that looks like the text around them. Pure. */

export interface JsonLayout {
	/** Whitespace of one level; undefined to have everything on one line. */
	readonly unit: string | undefined;
	readonly lineEnd: string;
	/** `": "`, or `":"` where the text has no spaces. */
	readonly colon: string;
}

/** `indent` is that of the line on which the value begins. */
export function renderJson(value: unknown, indent: string, layout: JsonLayout): string {
	const { unit, lineEnd, colon } = layout;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const isList = Array.isArray(value);
	const isShort = unit === undefined || (isList && value.every((item) => typeof item !== "object" || item === null));
	const inner = isShort ? indent : indent + unit;
	const parts = isList
		? value.map((item) => renderJson(item, inner, layout))
		: Object.entries(value).map(([key, item]) => JSON.stringify(key) + colon + renderJson(item, inner, layout));
	const [open, close] = isList ? ["[", "]"] : ["{", "}"];
	if (parts.length === 0) return open + close;
	if (!isShort) return `${open}${lineEnd}${inner}${parts.join(`,${lineEnd}${inner}`)}${lineEnd}${indent}${close}`;
	const padding = isList || colon === ":" ? "" : " ";
	return open + padding + parts.join(colon === ":" ? "," : ", ") + padding + close;
}
