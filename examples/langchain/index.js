// LangChain over three regions: a fine-tuned model has another name in each, or is not there, and the service throttles. As it
// stands it runs against simulated regions.
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { AzureChatOpenAI } from '@langchain/openai';
import { createFailoverFetch } from 'azure-openai-failover';
import { startSimulator } from 'azure-openai-failover/simulator/node';

const simulator = await startSimulator({
  regions: { sweden: { deployments: ['ft-7'] }, france: {}, eastus2: { deployments: ['ft-us'] } },
});
const [sweden, france, eastus] = simulator.endpoints();

const fetch = createFailoverFetch({
  // 1. your resources' endpoints and keys, and 2. what the deployment is called there; false where it is not
  regions: [
    { name: 'sweden', endpoint: sweden.url, credential: { apiKey: sweden.key }, deployments: { support: 'ft-7' } },
    { name: 'france', endpoint: france.url, credential: { apiKey: france.key }, deployments: { support: false } },
    { name: 'eastus2', endpoint: eastus.url, credential: { apiKey: eastus.key }, deployments: { support: 'ft-us' } },
  ],
  // LangChain keeps the `Response` that `explain` knows to itself; this tells the same.
  onEvent: (event) => {
    if (event.type === 'settled') console.log(`  ${event.trace}`);
  },
});
const model = new AzureChatOpenAI({
  azureOpenAIEndpoint: sweden.url,
  azureOpenAIApiKey: 'set by failover for each region',
  azureOpenAIApiVersion: '2024-10-21',
  azureOpenAIApiDeploymentName: 'support',
  maxRetries: 0,
  configuration: { fetch },
});
const chain = ChatPromptTemplate.fromTemplate('{question}').pipe(model).pipe(new StringOutputParser());

async function ask(question) {
  console.log(question);
  try {
    console.log(`  ${await chain.invoke({ question })}`);
  } catch (error) {
    if (error.status !== 429) throw error;
    console.log(`  Nobody has room before ${error.headers.get('retry-after')} s have passed.`);
  }
}

await ask('Who answers when all is well?');

await simulator.region('sweden').inject('429(60)');
await ask('Who answers when Sweden throttles?');
await ask('And who is asked after that?');

await simulator.region('eastus2').inject('429(90)');
await ask('Who answers when all of them throttle?');

await fetch.close();
await simulator.close();
