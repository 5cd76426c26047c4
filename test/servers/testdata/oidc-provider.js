// Serves one client and whoever types a name, with a new key at every start.
// Arguments: the folder of the package, the issuer, the client, its secret, its site.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, issuer, clientID, secret, site] = process.argv.slice(1);
const { default: Provider } = await import(pathToFileURL(join(folder, 'lib/index.js')));

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const page = (title, content) => `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${content}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientID, client_secret: secret,
    redirect_uris: [`${site}/login/callback`], post_logout_redirect_uris: [`${site}/signed-out`],
    backchannel_logout_uri: `${site}/logout/backchannel`, backchannel_logout_session_required: true,
  }],
  jwks: { keys: [{ ...key, kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true }) }),
  // Who signs in has agreed.
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      logoutSource(ctx, form) {
        ctx.body = page('Sign out everywhere?', `${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`);
      },
      postLogoutSuccessSource(ctx) { ctx.body = page('Signed out everywhere', ''); },
    },
  },
  // Its own connects to no address of this machine.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});
for (const event of ['server_error', 'backchannel.error', 'authorization.error', 'grant.error']) {
  provider.on(event, (_, error) => console.error(event, error));
}

const answer = provider.callback();
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (!params.nonce) throw new Error('no nonce');
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html');
    return response.end(page('Who are you?', '<form method="post"><input name="login" required><button>Sign in</button></form>'));
  }
  let body = '';
  for await (const part of request) body += part;
  return provider.interactionFinished(request, response, { login: { accountId: new URLSearchParams(body).get('login') } });
}

const server = createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interact(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
});
server.listen(new URL(issuer).port, '127.0.0.1');
await once(server, 'listening');
