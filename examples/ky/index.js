// ky over two regions: a deadline, an outage, and what is believed of the regions before and after. As it stands it runs against
// simulated regions.
import { createFailoverFetch, explain } from 'azure-openai-failover';
import { createKy } from 'azure-openai-failover/ky';
import { startSimulator } from 'azure-openai-failover/simulator/node';
import { isTimeoutError } from 'ky';

const simulator = await startSimulator({ regions: { sweden: {}, eastus2: {} } });
const [sweden, eastus] = simulator.endpoints();

const fetch = createFailoverFetch({
  // 1. your resources' endpoints and keys
  regions: [
    { name: 'sweden', endpoint: sweden.url, credential: { apiKey: sweden.key } },
    { name: 'eastus2', endpoint: eastus.url, credential: { apiKey: eastus.key } },
  ],
});
const api = createKy(fetch, { prefix: `${sweden.url}/openai/v1` });

async function ask(content, options) {
  console.log(content);
  try {
    const json = { model: 'gpt-4o', messages: [{ role: 'user', content }] };
    const response = await api.post('chat/completions', { json, ...options });
    const { choices } = await response.json();
    console.log(`  ${explain(response)}\n  ${choices[0].message.content}`);
  } catch (error) {
    if (!isTimeoutError(error)) throw error;
    console.log(`  Nobody did (${error.name})`);
  }
}

/** In the order in which they would be tried. */
function sayBelieved() {
  const believed = fetch.regions().map(({ region, state, cause }) => `${region} ${state}${cause ? ` (${cause})` : ''}`);
  console.log(`Believed: ${believed.join(', ')}`);
}

const slowness = await simulator.region('sweden').inject('latency(5000)');
await ask('Who answers a slow call within 0.3 s?', { timeout: 300 });
sayBelieved(); // whoever gives up holds it against no region
await slowness.end();

await simulator.region('sweden').inject('refused');
await ask('Who answers when Sweden is down?');
sayBelieved();
await ask('And who is asked after that?');

await fetch.close();
await simulator.close();
