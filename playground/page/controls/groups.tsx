import { ClientSettings } from './client-settings.tsx';
import { LoadSettings } from './load-settings.tsx';
import { NetworkSettings } from './network-settings.tsx';

/** All settings. */
export const SettingGroups = () => (
  <div class="groups">
    <LoadSettings />
    <NetworkSettings />
    <ClientSettings />
  </div>
);
