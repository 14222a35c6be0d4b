/** The demo's notebook: keeps notes in memory. */
import type { SampleTool } from "./sample-server.ts";

interface Note {
	readonly id: number;
	title: string;
	text: string;
	tags: readonly string[];
}

const id = { type: "integer", minimum: 1, description: "Number of the note, as add_note or list_notes gave it" };
const tags = { type: "array", items: { type: "string" }, description: "Words to file the note under" };

export function createNotesTools(): readonly SampleTool[] {
	const notes = new Map<number, Note>();
	let lastId = 0;

	function find(args: Record<string, unknown>): Note {
		const note = notes.get(Number(args["id"]));
		if (note === undefined)
			throw new Error(`There is no note ${String(args["id"])}; list_notes shows which there are.`);
		return note;
	}

	return [
		{
			tool: {
				name: "add_note",
				description: "Adds a note to the notebook and returns its number.",
				inputSchema: {
					type: "object",
					properties: {
						title: { type: "string", minLength: 1, description: "One line that says what the note is about" },
						text: { type: "string", description: "The note itself, in Markdown" },
						tags,
					},
					required: ["title", "text"],
				},
				annotations: { title: "Add a note", readOnlyHint: false, destructiveHint: false, openWorldHint: false },
			},
			run(args) {
				lastId++;
				const note = { id: lastId, title: String(args["title"]), text: String(args["text"]), tags: readTags(args) };
				notes.set(lastId, note);
				return `Added note ${lastId}: ${note.title}`;
			},
		},
		{
			tool: {
				name: "list_notes",
				description: "Lists the notes, newest first: number, title and tags of each.",
				inputSchema: {
					type: "object",
					properties: {
						tag: { type: "string", description: "Only notes with this tag" },
						limit: { type: "integer", minimum: 1, maximum: 100, default: 20, description: "Most notes to list" },
					},
				},
				annotations: { title: "List notes", readOnlyHint: true, openWorldHint: false },
			},
			run(args) {
				const { tag } = args;
				const limit = typeof args["limit"] === "number" ? args["limit"] : 20;
				const fitting = [...notes.values()].filter((note) => typeof tag !== "string" || note.tags.includes(tag));
				return printNotes(fitting.reverse().slice(0, limit));
			},
		},
		{
			tool: {
				name: "search_notes",
				description: "Finds the notes that contain all the given words, in title or text, in any order.",
				inputSchema: {
					type: "object",
					properties: {
						words: { type: "string", minLength: 1, description: "Words to look for, separated by blanks" },
					},
					required: ["words"],
				},
				annotations: { title: "Search notes", readOnlyHint: true, openWorldHint: false },
			},
			run(args) {
				const words = String(args["words"]).toLowerCase().split(/\s+/);
				const contains = ({ title, text }: Note) => {
					const whole = `${title}\n${text}`.toLowerCase();
					return words.every((word) => whole.includes(word));
				};
				return printNotes([...notes.values()].filter(contains));
			},
		},
		{
			tool: {
				name: "read_note",
				description: "Returns one note as it was written.",
				inputSchema: { type: "object", properties: { id }, required: ["id"] },
				annotations: { title: "Read a note", readOnlyHint: true, openWorldHint: false },
			},
			run(args) {
				const note = find(args);
				return `# ${note.title}\n\n${note.text}`;
			},
		},
		{
			tool: {
				name: "edit_note",
				description: "Changes a note. What is not given stays as it is.",
				inputSchema: {
					type: "object",
					properties: {
						id,
						title: { type: "string", minLength: 1, description: "The new title" },
						text: { type: "string", description: "The new text" },
						mode: {
							type: "string",
							enum: ["replace", "append"],
							default: "replace",
							description: "Whether the new text takes the place of the old one or follows it",
						},
						tags,
					},
					required: ["id"],
				},
				annotations: { title: "Edit a note", readOnlyHint: false, destructiveHint: true, openWorldHint: false },
			},
			run(args) {
				const note = find(args);
				const { title, text, mode } = args;
				if (typeof title === "string") note.title = title;
				if (typeof text === "string") note.text = mode === "append" ? `${note.text}\n${text}` : text;
				if ("tags" in args) note.tags = readTags(args);
				return `Changed note ${note.id}: ${note.title}`;
			},
		},
		{
			tool: {
				name: "delete_note",
				description: "Deletes a note for good.",
				inputSchema: { type: "object", properties: { id }, required: ["id"] },
				annotations: { title: "Delete a note", readOnlyHint: false, destructiveHint: true, openWorldHint: false },
			},
			run(args) {
				const note = find(args);
				notes.delete(note.id);
				return `Deleted note ${note.id}: ${note.title}`;
			},
		},
	];
}

function readTags(args: Record<string, unknown>): readonly string[] {
	return Array.isArray(args["tags"]) ? args["tags"].map(String) : [];
}

function printNotes(notes: readonly Note[]): string {
	if (notes.length === 0) return "No notes.";
	return notes.map(({ id, title, tags }) => `${id}. ${title}${tags.map((tag) => ` #${tag}`).join("")}`).join("\n");
}
