import { useComputed } from '@preact/signals';
import { MapCanvas } from '../canvas/map-canvas.tsx';
import { toggleFault } from '../state/act.ts';
import { offline, reload } from '../state/client-faults.ts';
import { faultsAt } from '../state/edit-faults.ts';
import { isMoving, motionChoice } from '../state/motion.ts';
import { moment } from '../state/playback.ts';
import { scenario } from '../state/session.ts';
import { count } from '../view/format.ts';
import { clientsIn, loadWords } from '../view/load.ts';
import { RegionCard } from './region-card.tsx';
import { Waits } from './waits.tsx';

/** The clients on one side, the regions on the other, and the calls between them. */
export function RegionMap() {
  const { regions } = scenario.value;
  const active = useComputed(() => faultsAt(scenario.value, 'client', moment.value / 1_000));
  const calls = useComputed(() => loadWords(scenario.value, moment.value / 1_000));
  return (
    <section class="map" aria-label="Clients and regions">
      <MapCanvas />
      <div class="client">
        <strong>{count(clientsIn(scenario.value), 'client')}</strong>
        <span>{calls}</span>
        <fieldset class="faults" aria-label="What happens to the clients">
          {[offline, reload].map(({ fault, label, hint, seconds }) => (
            <button
              key={fault}
              type="button"
              title={hint}
              aria-pressed={active.value.includes(fault)}
              onClick={() => toggleFault('client', fault, seconds)}
            >
              {label}
            </button>
          ))}
        </fieldset>
        <Waits />
      </div>
      <ol class="regions" aria-label="Regions, in the order of preference">
        {regions.map((region, index) => (
          <RegionCard key={region.id} region={region} place={index + 1} />
        ))}
      </ol>
      <p class="map-legend">
        <span class="shapes" aria-hidden="true">
          <i data-tone="good">●</i> answered <i data-tone="bad">◆</i> error <i data-tone="wait">▲</i> 429{' '}
          <i data-tone="cut">■</i> cut stream <i data-tone="calm">◌</i> given up <i data-tone="calm">○</i> hollow:
          another try
        </span>
        <button
          type="button"
          class="quiet"
          aria-pressed={isMoving.value}
          onClick={() => {
            motionChoice.value = isMoving.value ? 'none' : 'full';
          }}
        >
          Animate
        </button>
      </p>
    </section>
  );
}
