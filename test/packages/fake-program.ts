/** A program to be launched instead of the real one: it does as its first argument says, and ends with its stdin. */
export const fakeProgram = `#!${process.execPath}
const [what, value] = process.argv.slice(2);
const does = {
	exit: () => process.exit(Number(value)),
	die: () => process.kill(process.pid, value),
	echo: () => process.stdin.on("data", (chunk) => process.stdout.write(chunk)).on("end", () => console.error("end of input")),
	arguments: () => console.log(JSON.stringify(process.argv.slice(2))),
	catch: () => {
		for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]) process.on(signal, () => {
			console.log(signal);
			process.exit(42);
		});
		does.wait();
	},
	wait: () => {
		process.stdin.on("end", () => process.exit(0)).resume();
		console.log("ready");
	},
};
does[what]();
`;
