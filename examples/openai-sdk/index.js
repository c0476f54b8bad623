// The OpenAI SDK over two regions: a call, a stream whose region dies before it begins, and a conversation whose region is
// out. As it stands it runs against simulated regions.
import { createFailoverFetch, explain, FailoverError } from 'azure-openai-failover';
import { startSimulator } from 'azure-openai-failover/simulator/node';
import OpenAI, { AzureOpenAI } from 'openai';

const simulator = await startSimulator({ regions: { sweden: {}, eastus2: {} } });
const [sweden, eastus] = simulator.endpoints();

const fetch = createFailoverFetch({
  // 1. your resources' endpoints and keys
  regions: [
    { name: 'sweden', endpoint: sweden.url, credential: { apiKey: sweden.key } },
    { name: 'eastus2', endpoint: eastus.url, credential: { apiKey: eastus.key } },
  ],
});
const common = { apiKey: 'set by failover for each region', fetch, maxRetries: 0 };
const azure = new AzureOpenAI({ endpoint: sweden.url, apiVersion: '2024-10-21', ...common });
const openai = new OpenAI({ baseURL: `${sweden.url}/openai/v1`, ...common });

const asking = (content) => ({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
const say = (title, response, answer) => console.log(`${title}\n  ${explain(response)}\n  ${answer}`);

let question = 'Who answers when all is well?';
// `withResponse` hands over the `Response` that `explain` knows.
const call = await azure.chat.completions.create(asking(question)).withResponse();
say(question, call.response, call.data.choices[0].message.content);

question = 'Who answers when each stream from Sweden breaks before its first word?';
await simulator.region('sweden').inject('fin:sse:1');
const stream = await azure.chat.completions.create({ ...asking(question), stream: true }).withResponse();
let text = '';
for await (const { choices } of stream.data) text += choices[0]?.delta.content ?? '';
say(question, stream.response, text);
await simulator.region('sweden').heal();

question = 'Good morning, my name is Ada.';
const first = await openai.responses.create({ model: 'gpt-4o', input: question }).withResponse();
say(question, first.response, first.data.output_text);
const said = [
  { role: 'user', content: question },
  { role: 'assistant', content: first.data.output_text },
];

question = 'What is my name, when the region that has heard it is down?';
await simulator.region(explain(first.response).attempts.at(-1).region).inject('refused');
try {
  await openai.responses.create({ model: 'gpt-4o', input: question, previous_response_id: first.data.id });
} catch (error) {
  if (!(error.cause instanceof FailoverError && error.cause.code === 'ERR_REGION_PINNED')) throw error;
  console.log(`${question}\n  ${error.cause.message}`);
  const input = [...said, { role: 'user', content: question }];
  const again = await openai.responses.create({ model: 'gpt-4o', input }).withResponse();
  say('And when what was said is sent along, instead of its id?', again.response, again.data.output_text);
}

await fetch.close();
await simulator.close();
