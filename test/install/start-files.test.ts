/** The program gets onto PATH by one block in the start file of the user's shell, which goes again without a trace. */
import { expect, test } from "bun:test";
import { lstatSync, readFileSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { programOf } from "../helpers/release-host.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { toolPath } from "../helpers/tools.ts";
import { describeInShells, installedFiles, openSandbox, pathOf } from "./sandbox.ts";

const block = /^# >>> dynamic-mcp >>>\n(?:.*\n)+?# <<< dynamic-mcp <<<\n/gm;
const fishFile = ".config/fish/conf.d/dynamic-mcp.fish";

describeInShells("a start file", (shell) => {
	test.each<[name: string, file: string, folders: Record<string, string>, more: string[]]>([
		["zsh", ".zshrc", {}, []],
		["zsh", "dot files/.zshrc", { ZDOTDIR: "dot files" }, []],
		["bash", ".bashrc", {}, ["", "alias x=y\n", "a\r\n\xff \x01\t\n\n\n", "\n"]],
		["fish", fishFile, {}, []],
		["fish", "xdg/fish/conf.d/dynamic-mcp.fish", { XDG_CONFIG_HOME: "xdg" }, []],
		["ash", ".profile", {}, []],
	])(
		"of %s, %s, gets one block, and is byte for byte as before when that is gone",
		async (name, file, folders, more) => {
			await using sandbox = await openSandbox(shell);
			const env = { SHELL: `/usr/bin/${name}`, ...inHome(sandbox.home.path, folders) };
			const binary = sandbox.home.write("built", programOf("1.0.0"));
			const bytesOf = (name: string) => readFileSync(join(sandbox.home.path, name), "latin1");
			for (const before of [undefined, "no line end", ...more]) {
				// As bytes, of which not all are text.
				if (before !== undefined) sandbox.home.write(file, Buffer.from(before, "latin1"), 0o640);
				expect(await sandbox.install(["--binary", binary], env)).toMatchObject({ code: 0, stderr: "" });
				expect(await sandbox.install(["--binary", binary], env)).toMatchObject({ code: 0, stderr: "" });
				expect(sandbox.read(file).match(block)).toHaveLength(1);
				expect(bytesOf(file)).toStartWith(before ?? "# >>>");
				if (before !== undefined) expect(statSync(join(sandbox.home.path, file)).mode & 0o777).toBe(0o640);
				expect(await sandbox.install(["--uninstall"], env)).toMatchObject({ code: 0, stderr: "" });
				if (before === undefined) expect(sandbox.files()).not.toContain(file);
				else expect(bytesOf(file)).toBe(before);
			}
		},
	);

	// zsh and fish are on few machines; what is written for them is the text that the others run, and a line of fish's own.
	const present = ["bash", "zsh", "fish", "dash"].filter((name) => Bun.which(name) !== null);
	test.each(present)("puts the program on PATH, once, in %s", async (name) => {
		await using sandbox = await openSandbox(shell);
		const { home } = sandbox;
		const files: Record<string, string> = { bash: ".bashrc", zsh: ".zshrc", fish: fishFile, dash: ".profile" };
		const directory = join(home.path, `it's "$x" \\ here`);
		await sandbox.install(["--install-dir", directory], { SHELL: `/bin/${name}` });
		const source = `source "$HOME/${files[name]}"`.replace("source", name === "dash" ? "." : "source");
		const child = Bun.spawnSync([toolPath(name), "-c", `${source}; ${source}; echo "$PATH"; command -v dynamic-mcp`], {
			env: { HOME: home.path, PATH: "/usr/bin:/bin" },
		});
		const PATH = name === "fish" ? `${directory} /usr/bin /bin` : `${directory}:/usr/bin:/bin`;
		expect(child.stdout.toString()).toBe(`${PATH}\n${directory}/dynamic-mcp\n`);
	});

	test("keeps what was written around the block, and the block moves with the program", async () => {
		await using sandbox = await openSandbox(shell);
		const env = { SHELL: "/bin/zsh" };
		sandbox.home.write(".zshrc", "before");
		await sandbox.install([], env);
		sandbox.home.write(".zshrc", `${sandbox.read(".zshrc")}after`);
		await sandbox.install(["--install-dir", join(sandbox.home.path, "elsewhere")], env);
		const text = sandbox.read(".zshrc");
		expect(text).toMatch(/^before\n# >>> [^]*"\$HOME\/elsewhere:\$PATH"[^]* <<<\nafter$/);
		expect(text).not.toContain(".local/bin");
		await sandbox.install(["--uninstall"], env);
		expect(sandbox.read(".zshrc")).toBe("before\nafter");
	});

	test.each(["existing", "missing"])("that is a link to an %s file stays one", async (what) => {
		await using sandbox = await openSandbox(shell);
		const env = { SHELL: "/bin/bash" };
		if (what === "existing") sandbox.home.write("dotfiles/bashrc", "mine\n", 0o600);
		else sandbox.home.write("dotfiles/.keep", "");
		symlinkSync("dotfiles/link", join(sandbox.home.path, ".bashrc"));
		symlinkSync("bashrc", join(sandbox.home.path, "dotfiles/link"));
		expect(await sandbox.install([], env)).toMatchObject({ code: 0, stderr: "" });
		expect(readlinkSync(join(sandbox.home.path, ".bashrc"))).toBe("dotfiles/link");
		expect(lstatSync(join(sandbox.home.path, "dotfiles/bashrc")).isFile()).toBe(true);
		expect(sandbox.read("dotfiles/bashrc").match(block)).toHaveLength(1);
		await sandbox.install(["--uninstall"], env);
		expect(readlinkSync(join(sandbox.home.path, "dotfiles/link"))).toBe("bashrc");
		if (what === "existing") expect(sandbox.read("dotfiles/bashrc")).toBe("mine\n");
		else expect(sandbox.files()).not.toContain("dotfiles/bashrc");
	});

	test.each([
		["a PATH that has the folder", [], { PATH: "{home}/.local/bin:/usr/bin:/bin" }],
		["--no-modify-path", ["--no-modify-path"], {}],
		["DYNAMIC_MCP_NO_MODIFY_PATH", [], { DYNAMIC_MCP_NO_MODIFY_PATH: "1" }],
	])("is left alone for %s", async (_what, args, env) => {
		await using sandbox = await openSandbox(shell);
		const variables = Object.entries(env).map(([name, value]) => [name, value.replace("{home}", sandbox.home.path)]);
		const { code, stdout } = await sandbox.install(args, { SHELL: "/bin/bash", ...Object.fromEntries(variables) });
		expect(code).toBe(0);
		expect(sandbox.files()).toEqual(installedFiles);
		expect(stdout.includes("export PATH=")).toBe(!("PATH" in env));
	});

	test("with the beginning of a block, but no end, is left to its owner", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(".bashrc", "# >>> dynamic-mcp >>>\nx\n");
		const { code, stderr } = await sandbox.install([], { SHELL: "/bin/bash" });
		expect(code).toBe(0);
		expect(stderr).toContain("add this line to it yourself\n  export PATH=");
		expect((await sandbox.install(["--uninstall"])).stderr).toContain("remove it by hand");
		expect(sandbox.read(".bashrc")).toBe("# >>> dynamic-mcp >>>\nx\n");
	});

	test.each([
		[".bash_profile", []],
		[".bash_profile", [".profile", ".bash_login", ".bash_profile"]],
		[".bash_login", [".profile", ".bash_login"]],
		[".profile", [".profile"]],
	])("of login shells is changed, too, on a Mac with bash: %s of %j", async (changed, existing) => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		for (const name of existing) sandbox.home.write(name, "mine\n");
		const uname = 'case "$1" in -s) echo Darwin;; -m) echo arm64;; *) echo host;; esac';
		const PATH = pathOf(folder, { uname });
		const binary = sandbox.home.write("built", "#!/bin/sh\necho 'dynamic-mcp 1.0.0 (x 2026-11-22 macos-aarch64)'\n");
		const env = { PATH, SHELL: "/bin/bash" };
		expect(await sandbox.install(["--binary", binary], env)).toMatchObject({ code: 0, stderr: "" });
		const names = [".bashrc", ".bash_profile", ".bash_login", ".profile"].filter((name) =>
			sandbox.files().includes(name),
		);
		expect(names.filter((name) => sandbox.read(name).search(block) !== -1)).toEqual([".bashrc", changed]);
		await sandbox.install(["--uninstall"], env);
		for (const name of existing) expect(sandbox.read(name)).toBe("mine\n");
	});

	test("is not needed in a job of GitHub's: GITHUB_PATH gets the folder, once", async () => {
		await using sandbox = await openSandbox(shell);
		const env = { SHELL: "/bin/bash", GITHUB_PATH: sandbox.home.write("github-path", "/other\n") };
		await sandbox.install([], env);
		await sandbox.install(["--force"], env);
		expect(sandbox.read("github-path")).toBe(`/other\n${sandbox.bin}\n`);
		expect(sandbox.files()).not.toContain(".bashrc");
	});
});

function inHome(home: string, folders: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(folders).map(([name, path]) => [name, join(home, path)]));
}
