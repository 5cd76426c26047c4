// Passkeys that hold a key: the output of their pseudo-random function (WebAuthn's
// PRF) goes to this site in the form, over TLS, and is kept by neither side.

import { $, $$ } from "./app.js";

const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const descriptors = (list = []) => list.map((d) => ({ ...d, id: decode(d.id) }));

// options are what the site asks for, with bytes where JSON has text.
const options = (asked) => {
  const o = { ...asked, challenge: decode(asked.challenge) };
  if (o.user) o.user = { ...o.user, id: decode(o.user.id) };
  if (o.excludeCredentials) o.excludeCredentials = descriptors(o.excludeCredentials);
  if (o.allowCredentials) o.allowCredentials = descriptors(o.allowCredentials);
  const salt = decode(asked.extensions.prf.eval.first);
  o.extensions = { ...asked.extensions, prf: { eval: { first: salt } } };
  return { o, salt };
};

const ask = async (form, url) => {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error ? `${content.error.title}. ${content.error.message}` : answer.statusText);
  return options(content.publicKey);
};

// text is a credential as the site reads it, without the output of the function.
const text = (credential) => {
  const { response, id, type, authenticatorAttachment } = credential;
  const fields = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) fields[name] = encode(response[name]);
  }
  if (response.getTransports) fields.transports = response.getTransports();
  const { prf } = credential.getClientExtensionResults();
  const clientExtensionResults = prf?.enabled === undefined ? {} : { prf: { enabled: prf.enabled } };
  return JSON.stringify({ id, rawId: id, type, authenticatorAttachment: authenticatorAttachment ?? undefined, response: fields, clientExtensionResults });
};

const outputOf = (credential) => credential.getClientExtensionResults().prf?.results?.first;

const noFunction = "This passkey cannot hold a key: your device or browser does not know the extension it takes. Try another device, or set a passphrase.";

const make = async (form) => {
  const { o, salt } = await ask(form, form.dataset.passkeyAdd);
  const credential = await navigator.credentials.create({ publicKey: o });
  let output = outputOf(credential);
  if (!output && credential.getClientExtensionResults().prf?.enabled) {
    // Many make the key first, and give the output only when it is used.
    const used = await navigator.credentials.get({ publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)), rpId: o.rp.id, userVerification: "required",
      allowCredentials: [{ type: "public-key", id: credential.rawId }], extensions: { prf: { eval: { first: salt } } },
    } });
    output = outputOf(used);
  }
  if (!output) throw new Error(noFunction);
  return { credential, output };
};

const use = async (form) => {
  const { o } = await ask(form, form.dataset.passkeyOpen);
  const credential = await navigator.credentials.get({ publicKey: o });
  const output = outputOf(credential);
  if (!output) throw new Error(noFunction);
  return { credential, output };
};

const words = (error) => {
  if (error.name === "NotAllowedError") return "Nothing was done: it was cancelled, or it took too long.";
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  return error.message;
};

for (const form of $$("[data-passkey-add], [data-passkey-open]")) {
  const button = $("[data-passkey-button]", form);
  const says = $("[data-passkey-says]", form);
  const tell = (message) => {
    says.textContent = message;
    says.hidden = !message;
  };
  if (!window.PublicKeyCredential) {
    tell("This browser knows no passkeys, or the page is not on HTTPS. Set a passphrase.");
    continue;
  }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    tell("");
    try {
      const { credential, output } = await (form.dataset.passkeyAdd ? make(form) : use(form));
      form.elements.credential.value = text(credential);
      form.elements.prf.value = encode(output);
      form.submit();
    } catch (error) {
      tell(words(error));
      button.disabled = false;
    }
  });
}
