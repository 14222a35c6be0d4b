/** Finds the folders in which something must change for a path to lead to another file or another content. */
import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join, parse, sep } from "node:path";

/** Longer chains are circles: this is where Linux gives up, too. */
const mostLinks = 40;

/**
 * Folders, without links in their own paths, each with the names in it that count: the file's and those of the symbolic
 * links on the way to it. Where the way ends at something missing, that is the name to wait for. `path` is absolute.
 */
export function placesOf(path: string): Map<string, Set<string>> {
	const places = new Map<string, Set<string>>();
	const { root } = parse(path);
	const names = namesIn(path.slice(root.length));
	let folder = root;
	let links = 0;
	for (let name = names.shift(); name !== undefined && links <= mostLinks; name = names.shift()) {
		if (name === "..") {
			folder = dirname(folder);
			continue;
		}
		const here = join(folder, name);
		const found = look(here);
		// Links in the root folder belong to the system (macOS: /tmp), and the root folder has the most to tell.
		if (names.length === 0 || found === "missing" || (found !== "other" && folder !== root)) {
			places.set(folder, (places.get(folder) ?? new Set()).add(name));
		}
		if (found === "missing") break;
		if (found === "other") {
			folder = here;
			continue;
		}
		links++;
		const target = parse(found.link);
		if (target.root !== "") folder = target.root;
		names.unshift(...namesIn(found.link.slice(target.root.length)));
	}
	return places;
}

function namesIn(path: string): string[] {
	return path.split(sep === "/" ? "/" : /[\\/]/).filter((name) => name !== "" && name !== ".");
}

function look(path: string): { link: string } | "other" | "missing" {
	try {
		return lstatSync(path).isSymbolicLink() ? { link: readlinkSync(path) } : "other";
	} catch {
		// Whoever reads the file is told; here it is enough to know where it would appear.
		return "missing";
	}
}
