// npm's oidc-provider, which we did not write, on loopback, for tests. Its one argument is JSON:
// `port`, `redirect`, `left`: where people come back to, and `people`: claims by login. It says
// "listening" on standard output once it does. Any password will do.

import Provider from "oidc-provider";

const { port, redirect, left, people } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "sakuham",
      client_secret: "rahasia-penyedia-yang-cukup-panjang",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [left],
    },
  ],
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], asn: ["nip"] },
  scopes: ["openid", "profile", "email", "asn"],
  cookies: { keys: ["for the tests alone"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...people[id] }),
  }),
  ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
});

provider.listen(port, "127.0.0.1", () => process.stdout.write("listening\n"));
