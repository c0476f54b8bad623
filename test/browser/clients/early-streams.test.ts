import { everywhere } from '../../clients/adapters/everywhere.ts';
import { earlyStreams } from '../../clients/scenarios/early-streams.ts';
import { chromium } from '../../clients/support/chromium.ts';

earlyStreams(chromium, everywhere);
