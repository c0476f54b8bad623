import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { strikeNow } from '../state/act.ts';
import { removeFault } from '../state/fault-drag.ts';
import { failure, scenario } from '../state/session.ts';
import { concerns } from '../view/fault-places.ts';
import { FaultTime } from './fault-time.tsx';

/** Faults that need no parameters of one's own to be of interest. */
const suggestions: readonly string[] = [
  'refused',
  'dns',
  'silence',
  'rst:request',
  'status(500)',
  'status(502,html)',
  'status(503)%30',
  '429(5)',
  '429(86400)',
  'key',
  'key-expired',
  'firewall',
  'nodeploy(gpt-4o)',
  'latency(400)',
  'slow(x8)%50',
  'capacity(2)',
  'stall:sse:2',
  'trunc:sse:3',
  'sse-error(rate):sse:1',
  'badchunk:sse:3',
  'hang:headers',
  'throttle(200)',
  'flap(3,3,status(503))',
];

interface Props {
  readonly region: string;
  readonly title: string;
}

/** All that the simulator can do to a region, and when. */
export function FaultSheet({ region, title }: Props) {
  const faults = scenario.value.faults.filter((fault) => concerns(fault, region));
  return (
    <section class="sheet" aria-label={`Faults of ${title}`}>
      {faults.length > 0 && (
        <table>
          <caption>What befalls {title} in this run</caption>
          <thead>
            <tr>
              <th scope="col">fault</th>
              <th scope="col">from, s</th>
              <th scope="col">to, s</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {faults.map((fault, index) => (
              <FaultRow key={index} fault={fault} />
            ))}
          </tbody>
        </table>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = new FormData(event.currentTarget).get('fault');
          if (typeof text === 'string' && text !== '') strikeNow(region, text);
        }}
      >
        <label>
          Any other fault
          <input
            name="fault"
            list="fault-suggestions"
            autocomplete="off"
            spellcheck={false}
            placeholder="status(503)%30"
          />
        </label>
        <button type="submit">Put on from now</button>
        <datalist id="fault-suggestions">
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      </form>
      {failure.value && (
        <p class="problem" role="alert">
          {failure.value}
        </p>
      )}
    </section>
  );
}

function FaultRow({ fault }: { readonly fault: ScenarioFault }) {
  const [, , target, what] = fault;
  return (
    <tr>
      <th scope="row">
        <code>{what}</code>
        {target === '*' && ' everywhere'}
      </th>
      <td>
        <FaultTime fault={fault} part="from" label={`${what} from`} />
      </td>
      <td>
        <FaultTime fault={fault} part="to" label={`${what} to`} />
      </td>
      <td>
        <button type="button" class="quiet" aria-label={`Remove ${what}`} onClick={() => removeFault(fault)}>
          ✕
        </button>
      </td>
    </tr>
  );
}
