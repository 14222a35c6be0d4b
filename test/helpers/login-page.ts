/** An authorization server's page as a person sees it, with a button to allow and one to deny. */

export interface LoginPage extends AsyncDisposable {
	/** Its origin. */
	readonly url: string;
}

/** Sends the browser back with the code "good", or with a denial, to wherever it was told to. */
export function openLoginPage(): LoginPage {
	const server = Bun.serve({
		hostname: "127.0.0.1",
		port: 0,
		routes: {
			"/authorize": () => page,
			"/decide": (request) => {
				const given = new URL(request.url).searchParams;
				const back = new URL(given.get("redirect_uri") ?? "");
				back.searchParams.set("state", given.get("state") ?? "");
				if (given.get("decision") === "allow") back.searchParams.set("code", "good");
				else back.searchParams.set("error", "access_denied");
				return Response.redirect(back.href, 302);
			},
		},
	});
	const page = new Response(
		`<!doctype html><title>Log in</title><link rel="icon" href="data:,">
<form action="/decide"><button name="decision" value="allow" id="allow">Allow</button><button name="decision" value="deny" id="deny">Deny</button></form>
<script>for (const [name, value] of new URLSearchParams(location.search)) {
	const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
	document.forms[0].append(field);
}</script>`,
		{ headers: { "Content-Type": "text/html" } },
	);
	const url = `http://127.0.0.1:${server.port}`;
	return { url, [Symbol.asyncDispose]: () => server.stop(true) };
}
