import { runChannelContract } from "./channel.ts";
import { openHttpEcho } from "./http-echo.ts";

runChannelContract({
	name: "HTTP+SSE",
	open: (receive) => openHttpEcho({ transport: "sse", path: "/sse" }, receive),
});

runChannelContract({
	name: "HTTP+SSE that was found out",
	open: (receive) => openHttpEcho({ transport: "auto", path: "/sse" }, receive),
});
