// A real OpenID provider on loopback for tests: oidc-provider, with one client and one plain sign-in page.
//
// usage: node provider.mjs PORT REDIRECT_URI     Prints "ready" when it listens. Whoever types a name is that subject.

import { Provider } from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "tuntas",
      client_secret: "only-in-tests-only-in-tests-only",
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  cookies: { keys: ["only in tests"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "email", "email_verified"] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // The mail address of an officer, told by the provider as verified: it must open nothing.
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: "admin@example.go.id", email_verified: true }),
  }),
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = `<!doctype html><html lang="en"><head><title>Provider</title><link rel="icon" href="data:,"></head><body>
      <form method="post"><label>Login <input name="login"></label> <button>Let me in</button></form></body></html>`;
    return undefined;
  }
  let body = "";
  for await (const part of ctx.req) body += part;
  const accountId = new URLSearchParams(body).get("login");
  const grant = new provider.Grant({ accountId, clientId: "tuntas" });
  grant.addOIDCScope("openid");
  const answer = { login: { accountId }, consent: { grantId: await grant.save() } };
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, answer, { mergeWithLastSubmission: false });
  return undefined;
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
