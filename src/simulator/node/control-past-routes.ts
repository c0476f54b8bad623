import type { ControlParts } from './control-parts.ts';
import { Problem } from './control-problem.ts';
import { guarded, type Route, route } from './control-route.ts';
import type { ControlJournal } from './control-types.ts';

const resets = ['faults', 'journal', 'limits', 'all'];

/** What has happened, as it happens and in numbers, and how to forget it. */
export function pastRoutes({ simulator, faults, scenario, events, metrics }: ControlParts): readonly Route[] {
  return [
    route('GET', '/journal', ({ query }) => {
      const entries = simulator.journal.entries({
        since: readSince(query.get('since')),
        region: query.get('region') ?? undefined,
        requestId: query.get('request') ?? undefined,
      });
      return { json: { entries } satisfies ControlJournal };
    }),
    route('GET', '/events', ({ request, response }) => {
      const { 'last-event-id': after } = request.headers;
      events.follow(response, Array.isArray(after) ? after[0] : after);
      faults.lookWhile(() => events.followed);
      return 'sent';
    }),
    guarded('POST', '/reset', async ({ query }) => {
      const what = query.get('what') ?? 'all';
      if (!resets.includes(what)) throw new Problem(400, `what must be ${resets.join(', ')}, got "${what}"`);
      const regions = simulator.endpoints().map(({ region }) => simulator.region(region));
      if (what === 'faults' || what === 'all') {
        await scenario.stop();
        await Promise.all(regions.map((region) => region.heal()));
      }
      if (what === 'limits' || what === 'all') for (const region of regions) region.resetLimits();
      if (what === 'journal' || what === 'all') simulator.journal.clear();
      return { status: 204 };
    }),
    route('GET', '/metrics', () => {
      const counts = simulator.endpoints().map(({ region }) => [region, faults.of(region).length] as const);
      const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
      return { headers, text: metrics.print(Object.fromEntries(counts)) };
    }),
  ];
}

function readSince(text: string | null): number {
  const since = Number(text ?? 0);
  if (Number.isSafeInteger(since) && since >= 0) return since;
  throw new Problem(400, `since must be a whole number from 0, got "${text}"`);
}
