import type { ComponentType } from 'preact';
import { lazy } from '../parts/lazy.tsx';
import { openTab, type TabId } from '../state/view.ts';
import { GuideTab } from './guide-tab.tsx';

const RequestTab = lazy(() => import('./request-tab.tsx').then((module) => module.RequestTab));
const HealthTab = lazy(() => import('./health-tab.tsx').then((module) => module.HealthTab));
const LogTab = lazy(() => import('./log-tab.tsx').then((module) => module.LogTab));
const CodeTab = lazy(() => import('./code-tab.tsx').then((module) => module.CodeTab));

const tabs: readonly { readonly id: TabId; readonly label: string; readonly Panel: ComponentType }[] = [
  { id: 'guide', label: 'Guide', Panel: GuideTab },
  { id: 'request', label: 'Request', Panel: RequestTab },
  { id: 'health', label: 'Health', Panel: HealthTab },
  { id: 'log', label: 'Log', Panel: LogTab },
  { id: 'code', label: 'Code', Panel: CodeTab },
];

/** A closer look: one tab at a time. */
export function Inspector() {
  const { id, Panel } = tabs.find((tab) => tab.id === openTab.value) ?? (tabs[0] as (typeof tabs)[number]);
  return (
    <aside class="inspector panel" aria-label="Inspector">
      <div class="tabs" role="tablist" aria-label="Inspector">
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-selected={tab.id === id}
            aria-controls="tab-panel"
            tabIndex={tab.id === id ? 0 : -1}
            onClick={() => {
              openTab.value = tab.id;
            }}
            onKeyDown={moveFocus}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by those who have no pointer. */}
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${id}`} tabIndex={0}>
        <Panel />
      </div>
    </aside>
  );
}

/** As tabs do: arrows go round, Home and End to the ends. */
function moveFocus(event: KeyboardEvent): void {
  const at = tabs.findIndex(({ id }) => id === openTab.peek());
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  const tab = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
  if (!tab) return;
  event.preventDefault();
  event.stopPropagation();
  openTab.value = tab.id;
  document.getElementById(`tab-${tab.id}`)?.focus();
}
