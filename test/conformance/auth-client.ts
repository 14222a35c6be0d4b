/**
 * The client that the conformance suite's scenarios of signing in test: it calls a tool of the suite's server through the
 * built program, whose browser is `test/fixtures/browser.ts`. What comes of it is for the suite to judge.
 */
import { textOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { withBrowser } from "../helpers/signed-mcp.ts";

const group = "suite";
const url = process.argv.at(-1) ?? "";
const scenario = process.env["MCP_CONFORMANCE_SCENARIO"] ?? "";
const context = JSON.parse(process.env["MCP_CONFORMANCE_CONTEXT"] ?? "{}") as Record<string, string | undefined>;

/** As the suite's own clients have it: the address of a document that says who they are. */
const documentAddress = "https://conformance-test.local/client-metadata.json";

function oauthFields(): Record<string, unknown> {
	const { client_id: id, client_secret: secret, private_key_pem: key } = context;
	if (scenario === "auth/basic-cimd") return { oauth_client_id: documentAddress };
	return {
		...(id === undefined ? {} : { oauth_client_id: id }),
		...(secret === undefined ? {} : { oauth_client_secret: secret }),
		...(key === undefined ? {} : { oauth_private_key: key }),
		...(scenario.startsWith("auth/client-credentials-") ? { oauth_grant: "client_credentials" } : {}),
	};
}

const servers = { [group]: { type: "http", url, ...oauthFields() } };
await using proxy = await startProxy({ servers, settings: { tokenStore: "file" }, env: withBrowser() });
const shown = textOf(await proxy.discover(group));
const answer = textOf(await proxy.callTool(group, "test-tool", {}));
process.stderr.write(`${shown}\n${answer}\n${proxy.stderrText()}`);
