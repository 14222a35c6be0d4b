/** Who we are, to clients and servers alike. */
import { version } from "../../package.json";
import type { Implementation } from "../protocol/mcp.ts";

export const ourselves: Implementation = { name: "dynamic-mcp", version };
