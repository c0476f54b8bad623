import { once } from 'node:events';
import { createClient } from 'redis';
import { createFailoverFetch } from '../../src/index.ts';
import { redisStore } from '../../src/store/redis.ts';

// A program that closes its client when it is told to, and forgets its fetch.
const client = createClient({ socket: { path: process.argv[2] ?? '', tls: false } });
client.on('error', () => {});
await client.connect();
const fetch = createFailoverFetch({
  regions: [{ name: 'sweden', endpoint: 'https://contoso-sweden.openai.azure.com', credential: { apiKey: 'none' } }],
  store: redisStore(client),
});
await fetch.ready;
process.stdout.write('ready');
await once(process.stdin, 'data');
fetch.force('sweden', 'in');
client.destroy();
process.stdin.destroy();
