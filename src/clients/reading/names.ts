/** What the servers of other clients are called here. Pure. */

const longest = 24;

/** `[a-z0-9-]`, 24 characters at most: a part of the longest names of tools that clients take. */
export function groupName(name: string): string {
	const whole = simplify(name);
	if (whole.length <= longest) return whole === "" ? "server" : whole;
	// Cline's marketplace calls them by their addresses, npm's packages have a scope: the last part says most.
	const last = simplify(name.split("/").findLast((part) => simplify(part) !== "") ?? "");
	return cut(last.length >= 3 ? last : whole, longest);
}

function simplify(name: string): string {
	const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
	return plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

function cut(text: string, length: number): string {
	return text.slice(0, length).replace(/-$/, "");
}

/** A name for each, no two alike: those that need no change keep theirs, whatever comes before them. */
export function groupNames(names: readonly string[]): string[] {
	const taken = new Set(names.filter((name) => groupName(name) === name));
	const kept = new Set<string>();
	return names.map((name) => {
		const wanted = groupName(name);
		if (wanted === name && !kept.has(name)) {
			kept.add(name);
			return name;
		}
		let free = wanted;
		for (let number = 2; taken.has(free); number++) free = `${cut(wanted, longest - `-${number}`.length)}-${number}`;
		taken.add(free);
		return free;
	});
}
