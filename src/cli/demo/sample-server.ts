/** A small MCP server on stdin and stdout, for the demo. */
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/errors.ts";
import { isObject } from "../../base/objects.ts";
import { openStdio } from "../../downstream/stdio.ts";
import { errorCode, type Request } from "../../protocol/jsonrpc.ts";
import { createLink, type Link } from "../../protocol/link.ts";
import { methods, newestVersion, type Tool } from "../../protocol/mcp.ts";
import { ourselves } from "../version.ts";

export interface SampleTool {
	readonly tool: Tool;
	/** Returns what the model reads. Throws `Error` with a message for the model. */
	readonly run: (args: Record<string, unknown>) => string;
}

/** Serves the tools until stdin is closed. */
export async function serveSample(name: string, tools: readonly SampleTool[]): Promise<void> {
	const link: Link = createLink({
		clock: systemClock,
		open: openStdio,
		onRequest: (request) => answer(link, name, tools, request),
		onNotification: () => {},
		onUnexpected: () => {},
		acceptsBatches: () => false,
	});
	await link.closed;
}

function answer(link: Link, name: string, tools: readonly SampleTool[], { id, method, params }: Request) {
	const fields = isObject(params) ? params : {};
	switch (method) {
		case methods.initialize: {
			const serverInfo = { name, version: ourselves.version };
			const version = fields["protocolVersion"] ?? newestVersion;
			return link.answer(id, JSON.stringify({ protocolVersion: version, capabilities: { tools: {} }, serverInfo }));
		}
		case methods.toolsList:
			return link.answer(id, JSON.stringify({ tools: tools.map(({ tool }) => tool) }));
		case methods.toolsCall: {
			const found = tools.find(({ tool }) => tool.name === fields["name"]);
			if (found === undefined) return link.refuse(id, { code: errorCode.invalidParams, message: "Unknown tool" });
			const args = isObject(fields["arguments"]) ? fields["arguments"] : {};
			return link.answer(id, JSON.stringify(runTool(found, args)));
		}
		default:
			return link.refuse(id, { code: errorCode.methodNotFound, message: `Method not found: ${method}` });
	}
}

function runTool({ run }: SampleTool, args: Record<string, unknown>) {
	try {
		return { content: [{ type: "text", text: run(args) }] };
	} catch (error) {
		const text = errorText(error);
		return { content: [{ type: "text", text }], isError: true };
	}
}
