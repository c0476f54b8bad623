import { breakIt, reseed } from '../state/chaos.ts';
import { liveLink } from '../state/live-link.ts';
import { mode } from '../state/mode.ts';
import {
  choose,
  isEdited,
  isRunning,
  title as nameNow,
  preset,
  presets,
  reset,
  rival,
  scenario,
  toggleRival,
} from '../state/session.ts';
import { nextTheme, theme } from '../state/theme.ts';
import { isHelpOpen, isShareOpen, openTab } from '../state/view.ts';
import { ModeSwitch, modes } from './mode-switch.tsx';
import { Transport } from './transport.tsx';

const themeNames = { system: 'as the system', light: 'light', dark: 'dark' } as const;
const themeShapes = { system: '◐', light: '○', dark: '●' } as const;

/** What is played, and how. */
export function TopBar() {
  return (
    <header class="top-bar">
      <h1>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 8h4l3-5h5M6 8l3 5h5" />
          <circle class="lost" cx="13.5" cy="3" r="2.2" />
          <circle class="found" cx="13.5" cy="13" r="2.2" />
        </svg>
        <span>
          azure-openai-failover
          <small title={modes[mode.value]}>
            playground · {mode.value}
            {isRunning.value && ' …'}
          </small>
        </span>
      </h1>
      {liveLink && <ModeSwitch />}
      <label class="picker">
        <span class="sr-only">Scenario</span>
        <select
          value={preset.value?.id ?? ''}
          onChange={({ currentTarget }) => {
            const chosen = presets.find(({ id }) => id === currentTarget.value);
            if (chosen) choose(chosen);
          }}
        >
          {!preset.value && <option value="">{scenario.value.title}</option>}
          {presets.map(({ id, title }) => (
            <option key={id} value={id}>
              {id}: {id === preset.value?.id ? nameNow.value : title}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="icon"
        disabled={!isEdited.value}
        onClick={reset}
        aria-label="Reset"
        title="Reset: the scenario as it comes"
      >
        ↺
      </button>
      <Transport />
      <span class="tools">
        <button type="button" title="Faults at random: who knows which" onClick={breakIt}>
          Break it<span class="roomy"> for me</span>
        </button>
        <label class="seed" title="What chance is made from: the same seed gives the same run">
          <span class="roomy">Seed </span>
          <input
            type="number"
            min={0}
            step={1}
            value={scenario.value.seed}
            onChange={({ currentTarget }) => {
              reseed(currentTarget.valueAsNumber);
              // What is not possible is not left standing.
              currentTarget.valueAsNumber = scenario.peek().seed;
            }}
          />
        </label>
        <button type="button" class="icon" aria-label="Another seed" title="Another seed" onClick={() => reseed()}>
          ⚄
        </button>
        {mode.value === 'virtual' && (
          <button
            type="button"
            aria-pressed={rival.value !== undefined}
            aria-keyshortcuts="a"
            title="The same calls under the same faults, decided by another policy (a)"
            onClick={toggleRival}
          >
            Compare
          </button>
        )}
        <button
          type="button"
          aria-expanded={isShareOpen.value}
          onClick={() => {
            isShareOpen.value = !isShareOpen.value;
          }}
        >
          Share
        </button>
        <button
          type="button"
          aria-keyshortcuts="c"
          onClick={() => {
            openTab.value = 'code';
            document.querySelector('.inspector')?.scrollIntoView({ block: 'nearest' });
          }}
        >
          Code
        </button>
        <button
          type="button"
          class="icon"
          aria-label={`Colours: ${themeNames[theme.value]}`}
          title={`Colours: ${themeNames[theme.value]}`}
          onClick={nextTheme}
        >
          {themeShapes[theme.value]}
        </button>
        <button
          type="button"
          class="icon"
          aria-label="Keys and help"
          title="Keys and help (?)"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          ?
        </button>
      </span>
    </header>
  );
}
