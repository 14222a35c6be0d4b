/** The formula for the Homebrew tap. A formula, not a cask: what a cask installs is quarantined until it is notarised. */
import { UserError } from "../../src/base/errors.ts";
import { fileFor, findFile, type Release, type ReleaseFile } from "./release.ts";

/** The text of `Formula/dynamic-mcp.rb`, in the order and style `brew style` wants. */
export function homebrewFormula(release: Release): string {
	return `class DynamicMcp < Formula
  desc ${quoted(describe(release.description))}
  homepage ${quoted(release.homepage)}
${versionLine(release)}  license ${quoted(release.license)}

  livecheck do
    url :stable
    strategy :github_latest
  end

  on_macos do
${onMachine("on_arm", fileFor(release, "macos-aarch64"))}${onMachine("on_intel", fileFor(release, "macos-x86_64"))}  end

  on_linux do
${onMachine("on_arm", findFile(release, "linux-aarch64"))}${onMachine("on_intel", fileFor(release, "linux-x86_64"))}  end

  def install
    bin.install "dynamic-mcp"
    bin.install_symlink "dynamic-mcp" => "dmcp"
    doc.install "THIRD-PARTY-LICENSES.md"
    generate_completions_from_executable(bin/"dynamic-mcp", "completions")
  end

  test do
    assert_match "dynamic-mcp #{version} ", shell_output("#{bin}/dynamic-mcp --version")

    (testpath/"dynamic-mcp.json").write('{"mcpServers": {}}')
    request = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",' \\
              '"capabilities":{},"clientInfo":{"name":"brew","version":"1.0"}}}'
    answer = JSON.parse(pipe_output("#{bin}/dmcp #{testpath}/dynamic-mcp.json", "#{request}\\n", 0))
    assert_equal "dynamic-mcp", answer.dig("result", "serverInfo", "name")
    assert_equal version.to_s, answer.dig("result", "serverInfo", "version")
  end
end
`;
}

/** Homebrew reads the version off the URL, and its audit wants no second one; of a prerelease it would read a part. */
function versionLine({ version, isPrerelease }: Release): string {
	return isPrerelease || version.includes("+") ? `  version ${quoted(version)}\n` : "";
}

function onMachine(block: "on_arm" | "on_intel", file: ReleaseFile | undefined): string {
	if (file === undefined) return "";
	const { url, sha256 } = file;
	return `    ${block} do\n      url ${quoted(url)}\n      sha256 ${quoted(sha256)}\n    end\n`;
}

/** What `brew style` would refuse is refused here, before it is in the tap. */
function describe(description: string): string {
	const problem = (
		[
			[description.length > 80, "is longer than 80 characters"],
			[/^(?:the|an?)\s/i.test(description), "starts with an article"],
			[!/^[A-Z]/.test(description), "does not start with a capital letter"],
			[/^dynamic[\s-]?mcp\b/i.test(description), "starts with the program's name"],
			[description.endsWith("."), "ends with a full stop"],
		] as const
	).find(([isWrong]) => isWrong)?.[1];
	if (problem === undefined) return description;
	throw new UserError(`package.json: description "${description}" ${problem}, which Homebrew refuses`);
}

function quoted(text: string): string {
	if (/^[\x20-\x7e]*$/.test(text) && !/["\\#]/.test(text)) return `"${text}"`;
	throw new UserError(`"${text}" has a character that would have to be escaped in the Homebrew formula`);
}
