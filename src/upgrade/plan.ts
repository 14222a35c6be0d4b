/** Whether a version is to be put in the place of this one, and what the person is told. Pure. */

export interface Wish {
	readonly current: string;
	/** The version to go to. */
	readonly wanted: string;
	/** True when the person has named it; false when it is the newest there is. */
	readonly isPinned: boolean;
	readonly force: boolean;
}

export type Plan =
	| { readonly kind: "stay"; readonly text: string }
	/** `text` says what is going to happen. */
	| { readonly kind: "replace"; readonly text: string };

/** The newest release never takes one back to an older version; naming a version does. */
export function planUpgrade({ current, wanted, isPinned, force }: Wish): Plan {
	const order = Bun.semver.order(wanted, current);
	if (wanted === current) {
		if (force) return { kind: "replace", text: `Installing dynamic-mcp ${current} again.` };
		const text = isPinned ? "is what is installed" : "is already up to date";
		return { kind: "stay", text: `dynamic-mcp ${current} ${text}. With --force it is installed again.` };
	}
	if (order > 0 || isPinned) {
		const note = order < 0 ? " (older)" : "";
		return { kind: "replace", text: `Upgrading dynamic-mcp ${current} to ${wanted}${note}.` };
	}
	const text = `dynamic-mcp ${current} is already up to date: the newest release is ${wanted}.`;
	return { kind: "stay", text: `${text} To go back to it, run: dynamic-mcp upgrade ${wanted}` };
}

/** What `--check` says; `command` is what upgrades this installation. */
export function describeCheck(current: string, newest: string, command: string): string {
	if (Bun.semver.order(newest, current) <= 0) {
		return `dynamic-mcp ${current} is up to date${newest === current ? "" : `: the newest release is ${newest}`}.`;
	}
	return `dynamic-mcp ${newest} is available; this is ${current}.\nTo upgrade, run: ${command}`;
}
