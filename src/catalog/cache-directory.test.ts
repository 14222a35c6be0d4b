import { expect, test } from "bun:test";

import { cacheDirectory } from "./cache-directory.ts";

const windowsHome = "C:\\Users\\ann";

test.each<[NodeJS.Platform, Record<string, string>, home: string, directory: string]>([
	["linux", {}, "/home/ann", "/home/ann/.cache/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "/var/cache/ann" }, "/home/ann", "/var/cache/ann/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "/var/cache/ann/" }, "/home/ann", "/var/cache/ann/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "/" }, "/home/ann", "/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "" }, "/home/ann", "/home/ann/.cache/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "cache" }, "/home/ann", "/home/ann/.cache/dynamic-mcp"],
	["linux", { XDG_CACHE_HOME: "./cache" }, "/home/ann", "/home/ann/.cache/dynamic-mcp"],
	["linux", { LOCALAPPDATA: "C:\\Local" }, "/home/ann", "/home/ann/.cache/dynamic-mcp"],
	["freebsd", { XDG_CACHE_HOME: "/x" }, "/home/ann", "/x/dynamic-mcp"],
	["darwin", {}, "/Users/ann", "/Users/ann/Library/Caches/dynamic-mcp"],
	["darwin", { XDG_CACHE_HOME: "/x" }, "/Users/ann", "/Users/ann/Library/Caches/dynamic-mcp"],
	["win32", {}, windowsHome, "C:\\Users\\ann\\AppData\\Local\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "D:\\Local" }, windowsHome, "D:\\Local\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "D:\\Local\\" }, windowsHome, "D:\\Local\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "d:/Local" }, windowsHome, "d:/Local\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "\\\\host\\share" }, windowsHome, "\\\\host\\share\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "" }, windowsHome, "C:\\Users\\ann\\AppData\\Local\\dynamic-mcp\\Cache"],
	["win32", { LOCALAPPDATA: "Local" }, windowsHome, "C:\\Users\\ann\\AppData\\Local\\dynamic-mcp\\Cache"],
	["win32", { XDG_CACHE_HOME: "/x" }, windowsHome, "C:\\Users\\ann\\AppData\\Local\\dynamic-mcp\\Cache"],
])("on %s with %j and the home %s it is %s", (platform, env, home, directory) => {
	expect(cacheDirectory(platform, env, home)).toBe(directory);
});

const platforms: NodeJS.Platform[] = ["linux", "darwin", "win32"];

test.each(platforms)("on %s DYNAMIC_MCP_CACHE_DIR overrides everything", (platform) => {
	const others = { XDG_CACHE_HOME: "/x", LOCALAPPDATA: "D:\\Local" };
	const at = (own: string) => cacheDirectory(platform, { ...others, DYNAMIC_MCP_CACHE_DIR: own }, "/home/ann");
	expect([at("/own"), at("E:\\own"), at("~/own"), at("~"), at("~bob/own")]).toEqual([
		"/own",
		"E:\\own",
		"/home/ann/own",
		"/home/ann",
		"~bob/own",
	]);
	expect(at("")).toBe(cacheDirectory(platform, others, "/home/ann"));
});
