// One script, two regions, no key: the calls are signed with Entra ID. As it stands it runs against simulated regions.
import { createFailoverFetch, explain } from 'azure-openai-failover';
import { entra } from 'azure-openai-failover/identity';
import { startSimulator } from 'azure-openai-failover/simulator/node';

const issued = [];
const simulator = await startSimulator({
  regions: {
    swedencentral: { acceptsToken: (token) => token === issued.at(-1) },
    eastus2: { acceptsToken: (token) => token === issued.at(-1) },
  },
});
const [sweden, eastus] = simulator.endpoints();
// In the place of whoever is signed in: an `az login`, a managed identity, an app with a secret.
const simulated = {
  getToken: async () => {
    issued.push(`token-${issued.length + 1}`);
    return { token: issued.at(-1), expiresOnTimestamp: Date.now() + 3_600_000 };
  },
};

const fetch = createFailoverFetch({
  regions: [
    { name: 'swedencentral', endpoint: sweden.url }, // 1. your resource's endpoint, and that of the second region
    { name: 'eastus2', endpoint: eastus.url },
  ],
  credential: entra(simulated), // 2. entra(), and 3. { scope } where the usual one is not known to your tenant
  onEvent: ({ type, code, message }) => {
    if (type === 'warning') console.warn(`  warning: ${code}: ${message}`);
  },
});

async function ask(question) {
  const response = await fetch(`${sweden.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: question }] }),
  });
  const { choices } = await response.json();
  console.log(`${question}\n  ${explain(response)}\n  ${choices?.[0]?.message?.content ?? response.status}`);
}

await ask('Who answers when all is well?');

await simulator.region('swedencentral').inject('refused');
await ask('Who answers when Sweden is down?');

await simulator.region('swedencentral').heal();
issued.push('somebody-else');
await ask('And when the token was revoked?');
console.log(`${issued.length - 1} tokens were asked for`);

await fetch.close();
await simulator.close();
