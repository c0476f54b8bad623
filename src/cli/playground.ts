import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { scenarioRegions } from '../simulator/scenario.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { onFreePorts } from './free-ports.ts';
import { printLiveLink } from './live-link.ts';
import { startSimulation } from './simulate.ts';
import { serveFile } from './static-files.ts';
import { UsageError } from './usage-error.ts';

export interface PlaygroundOptions {
  /** The folder of the built page. */
  readonly root: string;
  /** Of the page, on 127.0.0.1. @default 18080, or the next that is free */
  readonly port?: number | undefined;
}

/** The page and the regions of its Live mode, while they run. */
export interface Playground {
  /** All that the page needs is in its fragment. */
  readonly url: string;
  end(): Promise<void>;
}

const firstPort = 18_080;

/** @throws UsageError when the page has not been built. */
export async function startPlayground({ root, port }: PlaygroundOptions): Promise<Playground> {
  await access(join(root, 'index.html')).catch(() => {
    throw new UsageError(`the page must have been built into ${root}; in a checkout, "npm run playground" does it`);
  });
  const page = await (port === undefined
    ? onFreePorts({ count: 1, from: firstPort }, ([free = 0]) => servePage(root, free))
    : servePage(root, port));
  try {
    const simulation = await startSimulation({ regions: regionsOfAll(), seed: 1, origins: [page.origin] });
    const { url, token } = simulation.control;
    return {
      url: `${page.origin}/#${printLiveLink({ control: new URL(url).origin, token })}`,
      end: async () => {
        await page.end();
        await simulation.end();
      },
    };
  } catch (error) {
    await page.end();
    throw error;
  }
}

/** Those of all presets, so that any of them can be played; each as the first has it. */
function regionsOfAll(): ReturnType<typeof scenarioRegions> {
  const all = scenarios.flatMap(scenarioRegions);
  return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index);
}

interface Page {
  readonly origin: string;
  end(): Promise<void>;
}

async function servePage(root: string, port: number): Promise<Page> {
  const server = createServer((request, response) => void serveFile(root, request, response));
  server.listen({ host: '127.0.0.1', port });
  await once(server, 'listening').catch((cause: unknown) => {
    throw new Error(`port ${port} must be free for the page to listen on, and is not`, { cause });
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    end: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
