import { type OptionFigure, optionFigures, strategies } from '../../code/options.ts';
import { setting, withClient, withSetting } from '../state/client-options.ts';
import { edit, scenario } from '../state/session.ts';
import { duration, percent } from '../view/format.ts';

const groups: readonly { readonly id: OptionFigure['group']; readonly about: string }[] = [
  { id: 'retry', about: 'what a failed call may cost' },
  { id: 'timeouts', about: 'how long is too long' },
  { id: 'breaker', about: 'when a region is left alone' },
  { id: 'hedge', about: 'two regions at once' },
];

/** The chain that a call goes through: what its links can be told stands below. */
const chain = ['observe', 'affinity', 'failover', 'hedge', 'retry', 'route', 'auth', 'classify', 'guard', 'fetch'];

const [usual] = Object.keys(strategies);

/** Every option of the library that is a figure or a name. */
export function ClientSettings() {
  const { client } = scenario.value;
  const isHedging = typeof client['hedge'] === 'object';
  return (
    <section class="client-settings">
      <h3>Library</h3>
      <ol class="chain" aria-label="The way of a call">
        {chain.map((link) => (
          <li key={link}>{link}</li>
        ))}
      </ol>
      <p class="pager">
        <label>
          strategy{' '}
          <select
            value={typeof client['strategy'] === 'string' ? client['strategy'] : usual}
            onChange={({ currentTarget: { value } }) =>
              edit((was) => withClient(was, 'strategy', value === usual ? undefined : value))
            }
          >
            {Object.entries(strategies).map(([name, about]) => (
              <option key={name} value={name}>
                {name}
                {name === usual ? ' (default)' : ''}: {about}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={isHedging}
            onChange={({ currentTarget: { checked } }) =>
              edit((was) => withClient(was, 'hedge', checked ? {} : undefined))
            }
          />{' '}
          hedge
        </label>
      </p>
      {groups.map(({ id, about }) => (
        <fieldset key={id} class="options" disabled={id === 'hedge' && !isHedging}>
          <legend>
            {id} <small>{about}</small>
          </legend>
          {optionFigures
            .filter(({ group }) => group === id)
            .map((option) => (
              <OptionRow key={option.name} option={option} />
            ))}
        </fieldset>
      ))}
    </section>
  );
}

const steps = { share: 0.05, ms: 500, count: 1 } as const;

function OptionRow({ option }: { readonly option: OptionFigure }) {
  const { group, name, default: fallback, unit, about, least } = option;
  const value = setting(scenario.value, option);
  const id = `option-${group}-${name}`;
  return (
    <div class="option" data-changed={value !== undefined}>
      <label for={id}>
        <code>{name}</code> <small>{about}</small>
      </label>
      <input
        id={id}
        type="number"
        min={least}
        step={steps[unit]}
        value={value ?? fallback ?? ''}
        placeholder="learned"
        onChange={({ currentTarget: { valueAsNumber: wanted } }) =>
          edit((was) => withSetting(was, option, Number.isFinite(wanted) && wanted !== fallback ? wanted : undefined))
        }
      />
      <span class="unit">{amount(unit, value ?? fallback)}</span>
      {value === undefined ? (
        <span class="default">default</span>
      ) : (
        <button
          type="button"
          class="quiet"
          aria-label={`Reset ${name}`}
          onClick={() => edit((was) => withSetting(was, option, undefined))}
        >
          reset
        </button>
      )}
    </div>
  );
}

function amount(unit: OptionFigure['unit'], value: number | undefined): string {
  if (value === undefined) return 'by itself';
  return unit === 'ms' ? duration(value) : unit === 'share' ? percent(value) : '×';
}
