import { describe, expect, test } from "bun:test";

import { outsideGroup, parseProcesses, watchGroup } from "./descendants.ts";

/** What `ps -ax -o pid=,ppid=,pgid=,lstart=` prints on macOS: a server 812 of group 812, with helpers. */
const sample = `
    1     0     1 Mon Nov  9 08:12:01 2026    
  501     1   501 Mon Nov  9 08:12:40 2026    
  812   501   812 Sun Nov 22 09:56:30 2026    
  813   812   812 Sun Nov 22 09:56:30 2026    
  820   813   820 Sun Nov 22 09:56:31 2026    
  821   820   820 Sun Nov 22 09:56:31 2026    
12345   821   812 Sun Nov 22 09:57:00 2026    
  900     1   900 Sun Nov 22 09:57:01 2026    
`;

test("the lines of ps are read", () => {
	expect(parseProcesses(sample).slice(2, 4)).toEqual([
		{ pid: 812, parent: 501, group: 812, startedAt: "Sun Nov 22 09:56:30 2026" },
		{ pid: 813, parent: 812, group: 812, startedAt: "Sun Nov 22 09:56:30 2026" },
	]);
});

test.each(["", "\n", "ps: illegal option\n", "  PID  PPID  PGID STARTED\n", "12 1\n", "12 1 12   \n"])(
	"in %j there is no process",
	(text) => {
		expect(parseProcesses(text)).toEqual([]);
	},
);

test("what hangs below a process and is not of its group is found, at any depth", () => {
	expect(outsideGroup(812, parseProcesses(sample))).toEqual([
		{ pid: 820, startedAt: "Sun Nov 22 09:56:31 2026" },
		{ pid: 821, startedAt: "Sun Nov 22 09:56:31 2026" },
	]);
});

test("below a process that has none nothing is found, even when the table has a circle in it", () => {
	const circle = [
		{ pid: 1, parent: 2, group: 9, startedAt: "a" },
		{ pid: 2, parent: 1, group: 9, startedAt: "a" },
	];
	expect([outsideGroup(900, parseProcesses(sample)), outsideGroup(1, circle).map(({ pid }) => pid)]).toEqual([[], [2]]);
});

test.skipIf(Bun.which("ps") === null)("the ps of this machine prints what is read", () => {
	const { stdout } = Bun.spawnSync(["ps", "-ax", "-o", "pid=,ppid=,pgid=,lstart="], { env: { LC_ALL: "C" } });
	const text = stdout.toString();
	const found = parseProcesses(text);
	const ours = found.find(({ pid }) => pid === process.pid);
	expect([found.length, ours?.parent, Number.isNaN(Date.parse(ours?.startedAt ?? ""))]).toEqual([
		text.trim().split("\n").length,
		process.ppid,
		false,
	]);
});

describe.if(process.platform === "linux")("a process group is watched:", () => {
	/** A process group whose leader has run `script`; that ends when `done` is called. */
	function startGroup(script: string) {
		return Bun.spawn(["sh", "-c", script], { stdin: "pipe", stdout: "pipe", detached: true });
	}

	test("it runs while one of its members does, not only the first", async () => {
		const leader = startGroup("sleep 300 & echo $!; exit 0");
		const other = Number(await readLine(leader.stdout));
		await leader.exited;
		const isRunning = watchGroup(leader.pid);
		const before = [isRunning(), isRunning()];
		process.kill(other, "SIGKILL");
		await waitFor(() => !isRunning());
		expect([...before, isRunning()]).toEqual([true, true, false]);
	});

	test("zombies do not count", async () => {
		// The outer shell has a group of its own and never waits for the inner one, whose group is then one zombie.
		const parent = startGroup("exec 3<&0; setsid sh -c 'echo $$; read line' <&3 & exec sleep 300");
		const pid = Number(await readLine(parent.stdout));
		const isRunning = watchGroup(pid);
		const before = isRunning();
		await parent.stdin.end();
		await waitFor(() => !isRunning());
		const takesSignals = process.kill(pid, 0);
		process.kill(-parent.pid, "SIGKILL");
		expect([before, takesSignals, isRunning()]).toEqual([true, true, false]);
	});
});

async function readLine(stream: ReadableStream<Uint8Array>): Promise<string> {
	const { value } = await stream.getReader().read();
	return new TextDecoder().decode(value).trim();
}

async function waitFor(isSo: () => boolean): Promise<void> {
	for (let tries = 0; !isSo() && tries < 200; tries++) await Bun.sleep(5);
}
