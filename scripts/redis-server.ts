import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['redis-server', 'valkey-server'];

/** The Redis, or Valkey, of this machine: the one that `REDIS_SERVER` names, else the first on the path. */
export function findRedis(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { REDIS_SERVER, PATH = '' } = env;
  if (REDIS_SERVER) {
    if (!existsSync(REDIS_SERVER))
      throw new Error(`REDIS_SERVER must be the path of a redis-server, got "${REDIS_SERVER}"`);
    return REDIS_SERVER;
  }
  return ['/usr/bin', ...PATH.split(delimiter)]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}
