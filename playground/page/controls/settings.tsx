import { lazy } from '../parts/lazy.tsx';
import { areSettingsOpen } from '../state/view.ts';

const SettingGroups = lazy(() => import('./groups.tsx').then((module) => module.SettingGroups));

/** What can be turned: who calls, how the library is set up, and what lies between. */
export const Settings = () => (
  <details
    class="settings panel"
    open={areSettingsOpen.value}
    onToggle={({ currentTarget }) => {
      areSettingsOpen.value = currentTarget.open;
    }}
  >
    <summary>
      <h2>Settings</h2> load, network, and every option of the library
    </summary>
    {areSettingsOpen.value && <SettingGroups />}
  </details>
);
