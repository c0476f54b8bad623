// A page, two regions, no key: the calls are signed with the Entra ID tokens of whoever uses the page. As it stands it runs
// against simulated regions and a simulated authority.
import { PublicClientApplication } from '@azure/msal-browser';
import { createFailoverFetch, explain } from 'azure-openai-failover';
import { msal } from 'azure-openai-failover/msal';

const { VITE_SWEDEN, VITE_EASTUS, VITE_CLIENT_ID, VITE_AUTHORITY } = import.meta.env;

const app = new PublicClientApplication({
  auth: {
    clientId: VITE_CLIENT_ID, // your app registration's, and https://login.microsoftonline.com/ with your tenant
    authority: VITE_AUTHORITY,
    redirectUri: '/redirect.html', // a page that only passes on what Entra ID says
    // Of the simulation: leave them out.
    knownAuthorities: [new URL(VITE_AUTHORITY).host],
    OIDCOptions: { defaultScopes: ['openid', 'profile'] },
  },
});

const fetch = createFailoverFetch({
  regions: [
    { name: 'swedencentral', endpoint: VITE_SWEDEN }, // your resource's endpoint, and that of the second region
    { name: 'eastus2', endpoint: VITE_EASTUS },
  ],
  credential: msal(app), // msal(app, { scope }) where the usual one is not known to your tenant
});

const [who, form, answer, trace] = ['who', 'ask', 'answer', 'trace'].map((id) => document.getElementById(id));

/** Streams the answer into the page, and says how it came about. */
async function ask(question) {
  answer.textContent = '';
  trace.textContent = '';
  let result;
  try {
    const response = await fetch(`${VITE_SWEDEN}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: question }] }),
    });
    result = response;
    showWho();
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    for await (const { choices } of eventsOf(response)) answer.append(choices[0]?.delta.content ?? '');
  } catch (error) {
    result = explain(error) ? error : result;
    answer.append(` [${error.cause?.message ?? error.message}]`);
  }
  trace.textContent = explain(result) ?? '';
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: {')) yield JSON.parse(line.slice('data: '.length));
  }
}

function showWho() {
  const [account] = app.getAllAccounts();
  who.textContent = account
    ? `Signed in as ${account.username}.`
    : 'Nobody is signed in: the first question opens a window to do so.';
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const [input, button] = form.elements;
  button.disabled = true;
  await ask(input.value);
  button.disabled = false;
});

await app.initialize();
showWho();
