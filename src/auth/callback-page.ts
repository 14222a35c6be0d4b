/** The page that a person sees when the browser comes back from signing in. Pure. */

export interface CallbackPage {
	readonly status: number;
	/** A sentence without a full stop. */
	readonly title: string;
	readonly text: string;
	readonly mark: "good" | "bad" | "waiting";
}

const marks: Readonly<Record<CallbackPage["mark"], string>> = { good: "✓", bad: "✕", waiting: "…" };

const style = `
:root { color-scheme: light dark; --good: #1a7f4b; --bad: #b3261e; --waiting: #8a6d00; --soft: #59636e; --card: #fff; --ground: #f3f4f6; --line: #d8dce1 }
@media (prefers-color-scheme: dark) { :root { --good: #5bd08d; --bad: #ff8a80; --waiting: #e5c04b; --soft: #a3acb5; --card: #1c2128; --ground: #12161b; --line: #343b44 } }
* { box-sizing: border-box; margin: 0 }
body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 28rem; width: 100%; padding: 2.5rem 2rem; text-align: center; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
.mark { width: 3.5rem; height: 3.5rem; margin: 0 auto 1.25rem; border: 2px solid; border-radius: 50%; font-size: 1.6rem; line-height: 3.3rem }
.good { color: var(--good) } .bad { color: var(--bad) } .waiting { color: var(--waiting) }
h1 { font-size: 1.35rem; line-height: 1.3; margin-bottom: .5rem; overflow-wrap: anywhere }
p { color: var(--soft); overflow-wrap: anywhere; white-space: pre-line }
footer { margin-top: 1.75rem; font-size: .8rem; color: var(--soft) }
`;

/** Nothing is loaded from anywhere, nothing is run, and no other page may show it within itself. */
const policy = `default-src 'none'; style-src 'sha256-${sha256(style)}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function renderPage(
	{ status, title, text, mark }: CallbackPage,
	headers: Record<string, string> = {},
): Response {
	const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${Bun.escapeHTML(title)} · dynamic-mcp</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<main>
<div class="mark ${mark}" aria-hidden="true">${marks[mark]}</div>
<h1>${Bun.escapeHTML(title)}</h1>
<p>${Bun.escapeHTML(text)}</p>
<footer>dynamic-mcp</footer>
</main>
</html>
`;
	return new Response(html, {
		status,
		headers: {
			"Content-Type": "text/html; charset=utf-8",
			"Content-Security-Policy": policy,
			"Cache-Control": "no-store",
			// The address holds the code, which no other page is to learn.
			"Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff",
			Connection: "close",
			...headers,
		},
	});
}

function sha256(text: string): string {
	return new Bun.CryptoHasher("sha256").update(text).digest("base64");
}
