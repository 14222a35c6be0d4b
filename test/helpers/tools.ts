/** Programs of this machine that some tests need, and that are not there on every machine. */
import { test } from "bun:test";

/**
 * Whether all are on PATH, for `test.skipIf`. Where everything must be checked, as on a build machine, a missing one is
 * an error: nothing is skipped there without anybody seeing it.
 */
export function hasTools(...names: readonly string[]): boolean {
	const missing = names.filter((name) => Bun.which(name) === null);
	if (missing.length > 0 && process.env["CI"]) {
		throw new Error(`these tests need ${missing.join(", ")}: install that, or unset CI to skip them`);
	}
	return missing.length === 0;
}

/** `test` where these programs are there, as `hasTools` sees it; elsewhere its tests are reported as skipped. */
export function testWith(...names: readonly string[]): typeof test {
	return hasTools(...names) ? test : test.skip;
}

/** The path of a program that `hasTools` has found. */
export function toolPath(name: string): string {
	const path = Bun.which(name);
	if (path === null) throw new Error(`${name} is not on PATH`);
	return path;
}
