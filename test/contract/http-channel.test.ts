import { runChannelContract } from "./channel.ts";
import { openHttpEcho } from "./http-echo.ts";

runChannelContract({
	name: "Streamable HTTP",
	open: (receive) => openHttpEcho({ transport: "http", path: "/mcp" }, receive),
});
