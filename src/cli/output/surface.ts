/** What is printed on: a terminal or a pipe, how wide, and with which colours. Pure but for `surfaceOf`. */
import { isatty } from "node:tty";

export type Paint = (text: string) => string;

export interface Colours {
	readonly bold: Paint;
	readonly dim: Paint;
	readonly red: Paint;
	readonly green: Paint;
	readonly yellow: Paint;
	readonly cyan: Paint;
}

export interface Surface {
	readonly isTerminal: boolean;
	/** A line that has been written can be taken back. */
	readonly canErase: boolean;
	/** Columns that a line may take. */
	readonly width: number;
	readonly colours: Colours;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Of a terminal that does not say, and of a pipe. */
const usualWidth = 80;

/** Nothing can be laid out in less. */
const leastWidth = 40;

/** Of one of our own streams, as it is now. */
export function surfaceOf(stream: "stdout" | "stderr", env: Env = process.env): Surface {
	const isTerminal = isatty(stream === "stdout" ? 1 : 2);
	return describeSurface(isTerminal, isTerminal ? process[stream].columns : undefined, env);
}

export function describeSurface(isTerminal: boolean, columns: number | undefined, env: Env): Surface {
	const width = isTerminal && columns ? Math.max(leastWidth, columns) : usualWidth;
	return {
		isTerminal,
		canErase: isTerminal && env["TERM"] !== "dumb",
		width,
		colours: isColoured(isTerminal, env) ? ansi : plain,
	};
}

/** https://no-color.org and https://force-color.org; who wants none gets none. */
function isColoured(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: Env): boolean {
	if (NO_COLOR) return false;
	if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
	return isTerminal && TERM !== "dumb";
}

const asIs: Paint = (text) => text;

/** No colours at all. */
export const plain: Colours = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };

const ansi: Colours = {
	bold: painter(1, 22),
	dim: painter(2, 22),
	red: painter(31, 39),
	green: painter(32, 39),
	yellow: painter(33, 39),
	cyan: painter(36, 39),
};

function painter(on: number, off: number): Paint {
	return (text) => (text === "" ? "" : `\u001B[${on}m${text}\u001B[${off}m`);
}
