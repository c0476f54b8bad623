import { execFileSync } from 'node:child_process';
import { findRedis } from './redis-server.ts';

const apt = (...args: readonly string[]): void => {
  execFileSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
};

if (!findRedis() && process.getuid?.() === 0) {
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'redis-server');
  } catch (error) {
    console.error(`Redis could not be installed: ${error instanceof Error ? error.message : error}`);
  }
}
if (!findRedis()) {
  console.error(
    'Without a redis-server the tests of ./redis are skipped. Install one (Debian: `sudo apt-get install redis-server`; ' +
      'elsewhere https://redis.io/docs or https://valkey.io), or set REDIS_SERVER to the path of the one you have.',
  );
}
