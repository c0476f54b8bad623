import { Settings } from './controls/settings.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { Compare } from './parts/compare.tsx';
import { HeadlineText } from './parts/headline.tsx';
import { Help } from './parts/help.tsx';
import { LiveRegion } from './parts/live-region.tsx';
import { RegionMap } from './parts/map.tsx';
import { MetricStrip } from './parts/metric-strip.tsx';
import { Share } from './parts/share.tsx';
import { Timeline } from './parts/timeline.tsx';
import { TopBar } from './parts/top-bar.tsx';

export const App = () => (
  <>
    <TopBar />
    <Share />
    <main>
      <div class="stage">
        <HeadlineText />
        <RegionMap />
        <Timeline />
        <MetricStrip />
        <Compare />
        <Settings />
      </div>
      <Inspector />
    </main>
    <Help />
    <LiveRegion />
  </>
);
