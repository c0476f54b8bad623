import { createFailoverFetch } from '../../../src/index.ts';

// A page's worker, as it uses the library: it takes a region out of rotation, and says when that is stored.
const fetch = createFailoverFetch({
  regions: [
    { name: 'worker', endpoint: 'https://contoso-sweden.openai.azure.com', credential: { apiKey: 'key-of-sweden' } },
    { name: 'eastus', endpoint: 'https://contoso-eastus.openai.azure.com', credential: { apiKey: 'key-of-eastus' } },
  ],
  onEvent() {},
});
fetch.force('worker', 'out');
await fetch.close();
globalThis.postMessage('stored');
