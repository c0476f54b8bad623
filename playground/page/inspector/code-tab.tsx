import { signal } from '@preact/signals';
import type { Scenario } from '../../../src/simulator/index.ts';
import { applicationCode, type CodeTarget } from '../../code/application.ts';
import { tokensOf } from '../../code/tokens.ts';
import { vitestCode } from '../../code/vitest.ts';
import { Scroll } from '../parts/scroll.tsx';
import { copy } from '../state/copy.ts';
import { isEdited, isRunning, record, scenario, title } from '../state/session.ts';

type Target = CodeTarget | 'vitest';

const targets: readonly { readonly id: Target; readonly label: string }[] = [
  { id: 'node', label: 'Node' },
  { id: 'browser', label: 'Browser' },
  { id: 'openai', label: 'OpenAI SDK' },
  { id: 'vitest', label: 'Vitest test' },
];

const target = signal<Target>('node');

/** The library set up as it is here, to take home. */
export function CodeTab() {
  const chosen = target.value;
  const code = codeFor(chosen);
  return (
    <>
      <p class="pager">
        {targets.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === chosen}
            onClick={() => {
              target.value = id;
            }}
          >
            {label}
          </button>
        ))}
        <button type="button" class="quiet" onClick={() => void copy(code, 'The code')}>
          Copy
        </button>
      </p>
      <Scroll label="Code">
        <pre class="code">
          {tokensOf(code).map(({ kind, text }, at) => (
            <span key={at} class={kind}>
              {text}
            </span>
          ))}
        </pre>
      </Scroll>
    </>
  );
}

/** What was changed is not what its preset asserts: of that, what still holds. */
function tested(): Scenario {
  if (!isEdited.value) return scenario.value;
  const scores = isRunning.value ? [] : (record.value?.scorecard ?? []);
  const asserts = scores.filter(({ holds }) => holds).map(({ text }) => text);
  return { ...scenario.value, title: title.value, asserts };
}

function codeFor(chosen: Target): string {
  try {
    return chosen === 'vitest' ? vitestCode(tested()) : applicationCode(scenario.value, chosen);
  } catch (error) {
    return `// ${error instanceof Error ? error.message : String(error)}`;
  }
}
