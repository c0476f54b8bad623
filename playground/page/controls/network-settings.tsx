import type { ScenarioRegion } from '../../../src/simulator/index.ts';
import { edit, scenario } from '../state/session.ts';
import { regionTitle } from '../view/words.ts';
import { Slider } from './slider.tsx';

/** Ways to the regions of the presets, ms. */
const places: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'the east of the United States': { eastus: 40, eastus2: 60, westeurope: 140 },
  Europe: { eastus: 130, eastus2: 140, westeurope: 30 },
  Asia: { eastus: 240, eastus2: 250, westeurope: 200 },
};

/** How far it is to each region, and what clients are told of a failure. */
export function NetworkSettings() {
  const { regions } = scenario.value;
  const change = (latencies: Readonly<Record<string, number>>): void =>
    edit((was) => ({
      ...was,
      regions: was.regions.map((region): ScenarioRegion => {
        const latency = latencies[region.id];
        return latency === undefined ? region : { ...region, latency };
      }),
    }));
  return (
    <section>
      <h3>Network</h3>
      {regions.map((region) =>
        typeof region.latency === 'string' ? (
          <p key={region.id}>
            {regionTitle(region)}: <code>{region.latency}</code>
          </p>
        ) : (
          <Slider
            key={region.id}
            label={regionTitle(region)}
            unit="ms"
            value={region.latency ?? 0}
            min={0}
            max={600}
            step={10}
            onInput={(latency) => change({ [region.id]: latency })}
          />
        ),
      )}
      <p class="pager">
        <span>As seen from</span>
        {Object.entries(places).map(([place, latencies]) => (
          <button key={place} type="button" class="quiet" onClick={() => change(latencies)}>
            {place}
          </button>
        ))}
      </p>
      <p class="pager">
        <label>
          Clients run in{' '}
          <select
            value={scenario.value.shapes ?? 'node'}
            onChange={({ currentTarget: { value } }) =>
              edit(({ shapes: _, ...rest }) => (value === 'browser' ? { ...rest, shapes: 'browser' } : rest))
            }
          >
            <option value="node">Node</option>
            <option value="browser">a browser</option>
          </select>
        </label>
        <small>A browser calls every lost connection “Failed to fetch”, and hides Retry-After.</small>
      </p>
    </section>
  );
}
