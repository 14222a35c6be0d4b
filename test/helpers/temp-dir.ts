/** A fresh directory that is removed at the end of the scope. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TempDir extends AsyncDisposable {
	readonly path: string;
	/** Writes a file below it, making its folders; returns the absolute path. */
	write(name: string, text: string | Uint8Array, mode?: number): string;
}

export function openTempDir(): TempDir {
	const path = realpathSync(mkdtempSync(join(tmpdir(), "dynamic-mcp-test-")));
	return {
		path,
		write(name, text, mode) {
			const file = join(path, name);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
			if (mode !== undefined) chmodSync(file, mode);
			return file;
		},
		async [Symbol.asyncDispose]() {
			rmSync(path, { recursive: true, force: true });
		},
	};
}
