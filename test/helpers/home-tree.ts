/** Everything below a folder, to see that nothing has changed. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** By path below it: what it is, its permissions, and its content or where a link leads. */
export function treeOf(folder: string): Record<string, string> {
	const tree: Record<string, string> = {};
	for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
		const path = join(folder, name);
		const found = lstatSync(path);
		const mode = (found.mode & 0o777).toString(8);
		if (found.isSymbolicLink()) tree[name] = `link to ${readlinkSync(path)}`;
		else if (found.isDirectory()) tree[name] = `folder ${mode}`;
		else tree[name] = `file ${mode} ${readFileSync(path, "latin1")}`;
	}
	return tree;
}
