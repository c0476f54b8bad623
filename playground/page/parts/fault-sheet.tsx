import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { strikeNow } from '../state/act.ts';
import { edit, failure, scenario } from '../state/session.ts';

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
  const faults = scenario.value.faults
    .map((fault, index) => ({ fault, index }))
    .filter(({ fault: [, , target] }) => target === region || target === '*');
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
            {faults.map(({ fault, index }) => (
              <FaultRow key={index} fault={fault} index={index} />
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

function FaultRow({ fault, index }: { readonly fault: ScenarioFault; readonly index: number }) {
  const [from, to, , what] = fault;
  const change = (next: ScenarioFault | undefined): void =>
    edit((was) => ({
      ...was,
      faults: was.faults.flatMap((one, at) => (at !== index ? [one] : next ? [next] : [])),
    }));
  const [, , target] = fault;
  return (
    <tr>
      <th scope="row">
        <code>{what}</code>
        {target === '*' && ' everywhere'}
      </th>
      <td>
        <Second label={`${what} from`} value={from} onChange={(value) => change([value, to, target, what])} />
      </td>
      <td>
        <Second label={`${what} to`} value={to} onChange={(value) => change([from, value, target, what])} />
      </td>
      <td>
        <button type="button" class="quiet" aria-label={`Remove ${what}`} onClick={() => change(undefined)}>
          ✕
        </button>
      </td>
    </tr>
  );
}

interface SecondProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

const Second = ({ label, value, onChange }: SecondProps) => (
  <input
    type="number"
    aria-label={label}
    min={0}
    step={0.1}
    value={value}
    onChange={({ currentTarget }) => {
      if (Number.isFinite(currentTarget.valueAsNumber)) onChange(currentTarget.valueAsNumber);
    }}
  />
);
