/** Servers at an https URL: whom to trust, and how to prove who we are. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { type Certificate, type Certificates, makeCertificates } from "../helpers/certificates.ts";
import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";
import { startSignedMcp } from "../helpers/signed-mcp.ts";

let certificates: Certificates;

beforeAll(async () => {
	certificates = await makeCertificates();
});

afterAll(() => certificates[Symbol.asyncDispose]());

type Chosen = Exclude<keyof Certificates, symbol>;

function startTls(chosen: Chosen, more: object = {}): Promise<ScriptedServer> {
	const { certText: cert, keyText: key } = certificates[chosen];
	return startScripted({ tls: { cert, key, ...more } });
}

/** Asks for a certificate of the authority, and ends the handshake without one. */
const wantingClients = () => ({ requestCert: true, rejectUnauthorized: true, ca: certificates.authority.certText });

test.each([
	["of an authority that nobody knows", "server"],
	["that it has signed itself", "selfSigned"],
] as const)("a certificate %s is not trusted, and the error says what to do", async (_whose, chosen) => {
	await using server = await startTls(chosen);
	await using proxy = await startProxyOf(server, { headers: { Authorization: "Bearer s3cret-t0ken" } });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toStartWith(
		`Group "remote" could not be connected to: the certificate of ${server.url} cannot be trusted`,
	);
	expect(["tls", "ca", "NODE_EXTRA_CA_CERTS"].filter((part) => !text.includes(part))).toEqual([]);
	expect(server.requests).toEqual([]);
});

const waysToTrust: [string, (authority: Certificate) => { tls?: object; env?: Record<string, string> }][] = [
	["a file as tls.ca", ({ cert }) => ({ tls: { ca: cert } })],
	["text as tls.ca", ({ certText }) => ({ tls: { ca: certText } })],
	["text in a variable as tls.ca", ({ certText }) => ({ tls: { ca: "${OUR_CA}" }, env: { OUR_CA: certText } })],
	["NODE_EXTRA_CA_CERTS", ({ cert }) => ({ env: { NODE_EXTRA_CA_CERTS: cert } })],
];

test.each(waysToTrust)("an authority is trusted by %s", async (_way, trust) => {
	await using server = await startTls("server");
	const { tls, env = {} } = trust(certificates.authority);
	await using proxy = await startProxyOf(server, tls === undefined ? {} : { tls }, { env });
	expect(goodTextOf(await proxy.call("echo", { text: "safe" }))).toBe("safe");
	expect(proxy.stderrText()).toBe("");
});

test("a variable of the environment does not switch the check of certificates off, only the config does", async () => {
	await using server = await startTls("server");
	const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
	await using proxy = await startProxyOf(server, { headers: { Authorization: "Bearer s3cret-t0ken" } }, { env });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toContain("cannot be trusted");
	expect(server.requests).toEqual([]);
});

test("trusting one authority is not trusting all: another's certificate is still refused", async () => {
	await using server = await startTls("selfSigned");
	await using proxy = await startProxyOf(server, { tls: { ca: certificates.authority.cert } });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toContain("cannot be trusted");
	expect(server.requests).toEqual([]);
});

test("an authority that one group trusts is not trusted by another", async () => {
	await using server = await startTls("server");
	const { authority } = certificates;
	const servers = { strict: { url: server.url } };
	await using proxy = await startProxyOf(server, { tls: { ca: authority.cert } }, { servers });
	expect(goodTextOf(await proxy.call("echo", { text: "safe" }))).toBe("safe");
	expect(errorTextOf(await proxy.callTool("strict", "echo", { text: "x" }))).toContain("cannot be trusted");
});

test.each([
	["has expired", "expired", /expired/],
	["is for another host", "stranger", /another host|other\.example|name/i],
] as const)("a certificate that %s is refused, whoever has signed it", async (_what, chosen, wanted) => {
	await using server = await startTls(chosen);
	await using proxy = await startProxyOf(server, { tls: { ca: certificates.authority.cert } });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/could not be connected to: the certificate of https:\/\/localhost:\d+\/mcp/);
	expect(text).toMatch(wanted);
	// Trusting whoever has signed it is no help, nor is advice on how to program.
	expect(text).not.toMatch(/NODE_EXTRA_CA_CERTS|verbose/);
	expect(server.requests).toEqual([]);
});

test("with rejectUnauthorized false any certificate will do, and that is warned of", async () => {
	await using server = await startTls("selfSigned");
	await using proxy = await startProxyOf(server, { tls: { rejectUnauthorized: false } });
	await proxy.stderrHas(/remote.*tls\.rejectUnauthorized: the server's certificate is not checked/);
	expect(goodTextOf(await proxy.call("echo", { text: "trusting" }))).toBe("trusting");
});

test("a client certificate is presented, as files and as text", async () => {
	await using server = await startTls("server", wantingClients());
	const { authority, client } = certificates;
	const files = { ca: authority.cert, cert: client.cert, key: client.key };
	const texts = { ca: authority.certText, cert: client.certText, key: client.keyText };
	const servers = { texts: { url: server.url, tls: texts }, without: { url: server.url, tls: { ca: authority.cert } } };
	await using proxy = await startProxyOf(server, { tls: files }, { servers });
	expect(goodTextOf(await proxy.call("echo", { text: "files" }))).toBe("files");
	expect(goodTextOf(await proxy.callTool("texts", "echo", { text: "texts" }))).toBe("texts");
	expect(server.of("echo")).toHaveLength(2);
	const text = errorTextOf(await proxy.callTool("without", "echo", { text: "x" }));
	expect(text).toMatch(/^Group "without" could not be (connected to|reached): .*client certificate.*tls\.cert/);
	expect(server.of("initialize")).toHaveLength(2);
});

test("where to sign in is asked of a company's own authorization server", async () => {
	const { authority, server: own } = certificates;
	const tls = { cert: own.certText, key: own.keyText };
	await using authorizing = await startSignedMcp({ tls });
	await using server = await startSignedMcp({
		tls,
		resource: { authorization_servers: [authorizing.origin] },
	});
	const settings = { tokenStore: "file" };
	await using proxy = await startProxyOf(server, { tls: { ca: authority.cert } }, { settings });
	const [, address = ""] = /Open this address to sign in: (\S+)/.exec(errorTextOf(await proxy.call("work"))) ?? [];
	expect(address).toStartWith(`${authorizing.origin}/authorize`);
	const trusting = { tls: { ca: authority.certText }, redirect: "manual" } as const;
	const back = (await fetch(address, trusting)).headers.get("location") ?? "";
	expect((await fetch(back)).status).toBe(200);
	expect(authorizing.of("/token")).toHaveLength(1);
	await using distrusting = await startProxyOf(server, { tls: { rejectUnauthorized: false } }, { settings });
	expect(errorTextOf(await distrusting.call("work"))).toMatch(
		/localhost:\d+\/\S* could not be reached: its certificate cannot/,
	);
	expect(authorizing.of("/token")).toHaveLength(1);
});

test.each([
	["a file that is not there", "ca", "/nowhere/ca.pem", /tls\.ca cannot be read.*\/nowhere\/ca\.pem/],
	["a file that holds something else", "ca", "/etc/hostname", /"\/etc\/hostname", its tls\.ca, holds no certificate/],
] as const)("%s is told of", async (_what, field, path, wanted) => {
	await using server = await startTls("server");
	await using proxy = await startProxyOf(server, { tls: { [field]: path } });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(wanted);
});

test("https asked of a server that speaks plain http is told of, and the other way round", async () => {
	await using plain = await startScripted();
	await using safe = await startTls("server");
	const wrong = { wrong: { url: safe.url.replace("https:", "http:") } };
	await using proxy = await startProxyOf({ url: plain.url.replace("http:", "https:") }, {}, { servers: wrong });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(/TLS.*https:.*http:\/\/ address/);
	const text = errorTextOf(await proxy.callTool("wrong", "echo", { text: "x" }));
	expect(text).toMatch(/^Group "wrong" could not be reached: the connection was cut/);
});
