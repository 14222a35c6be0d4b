/** Config files of other clients as people have them, and what becomes of each. */
import { clients } from "../../src/clients/all.ts";
import { parseDocument } from "../../src/clients/document.ts";
import type { Client, Machine, Place, Platform, ReadServer } from "../../src/clients/types.ts";

export const fixtures = `${import.meta.dir}/../fixtures/clients`;

/** A person called `me`, in the project `app`. */
export function machineOf(platform: Platform, env: Machine["env"] = {}): Machine {
	const home = { darwin: "/Users/me", linux: "/home/me", win32: "C:\\Users\\me" }[platform];
	return { platform, env, home, project: platform === "win32" ? `${home}\\app` : `${home}/app` };
}

export interface Expected {
	readonly platform: Platform;
	/** Where the file lies: one of the client's places, or one that fits its pattern. */
	readonly path: string;
	/** Where a client has two places in one file. */
	readonly note?: string;
	readonly servers: readonly ReadServer[];
}

export function placeOf(client: Client, { platform, path, note }: Omit<Expected, "servers">): Place {
	const fits = (place: Place) =>
		place.isPattern === true ? new Bun.Glob(slashes(place.path)).match(slashes(path)) : place.path === path;
	const found = client
		.places(machineOf(platform))
		.find((place) => fits(place) && (note === undefined || place.note === note));
	if (found === undefined) throw new Error(`${client.title} has no place ${path}`);
	return { ...found, path };
}

function slashes(path: string): string {
	return path.replaceAll("\\", "/");
}

/** What is read of a client's file at a place. */
export function readText(client: Client, text: string, place: Place, machine: Machine): readonly ReadServer[] {
	const parsed = parseDocument(text, place.format);
	if ("problem" in parsed) throw new Error(parsed.problem);
	return client.read(parsed.value, place, machine);
}

export function clientOf(id: string): Client {
	const client = clients.find((each) => each.id === id);
	if (client === undefined) throw new Error(`there is no client ${id}`);
	return client;
}
