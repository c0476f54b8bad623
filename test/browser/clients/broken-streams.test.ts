import { everywhere } from '../../clients/adapters/everywhere.ts';
import { brokenStreams, hopelessStreams } from '../../clients/scenarios/broken-streams.ts';
import { chromium } from '../../clients/support/chromium.ts';

brokenStreams(chromium, everywhere);
hopelessStreams(chromium, everywhere);
