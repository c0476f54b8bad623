// The AI SDK over two regions: an outage, and a stream that breaks after it had begun. As it stands it runs against simulated
// regions.
import { createAzure } from '@ai-sdk/azure';
import { generateText, streamText } from 'ai';
import { createFailoverFetch, explain, FailoverError } from 'azure-openai-failover';
import { startSimulator } from 'azure-openai-failover/simulator/node';

const simulator = await startSimulator({ regions: { sweden: {}, eastus2: {} } });
const [sweden, eastus] = simulator.endpoints();

const fetch = createFailoverFetch({
  // 1. your resources' endpoints and keys
  regions: [
    { name: 'sweden', endpoint: sweden.url, credential: { apiKey: sweden.key } },
    { name: 'eastus2', endpoint: eastus.url, credential: { apiKey: eastus.key } },
  ],
  // The SDK keeps the `Response` that `explain` knows to itself; this tells the same.
  onEvent: (event) => {
    if (event.type === 'settled') console.log(`  ${event.trace}`);
  },
});
const azure = createAzure({ baseURL: `${sweden.url}/openai/v1`, apiKey: 'set by failover for each region', fetch });
const settings = { model: azure('gpt-4o'), maxRetries: 0 };

async function ask(prompt) {
  console.log(prompt);
  const { text } = await generateText({ ...settings, prompt });
  console.log(`  ${text}`);
}

async function askForStream(prompt) {
  console.log(prompt);
  let text = '';
  try {
    // Errors are parts of `stream`; `textStream` would just end. By itself `onError` writes them to the console as well.
    for await (const part of streamText({ ...settings, prompt, onError() {} }).stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'text-delta') text += part.text;
    }
    console.log(`  ${text}`);
  } catch (error) {
    if (!(error.cause instanceof FailoverError && error.cause.code === 'ERR_STREAM_BROKEN')) throw error;
    // Nothing is asked twice by itself: the reader has seen the beginning, and decides.
    console.log(`  ${text} …\n  This is not all. ${error.cause.message}\n  ${explain(error.cause)}`);
  }
}

await simulator.region('sweden').inject('refused');
await ask('Who answers when Sweden is down?');

simulator.region('eastus2').next('fin:sse:9');
await askForStream('Who answers when a stream breaks in the middle?');
await askForStream('And when the same is asked again?');

await fetch.close();
await simulator.close();
