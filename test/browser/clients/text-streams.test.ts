import { textStreams } from '../../clients/scenarios/text-streams.ts';
import { chromium } from '../../clients/support/chromium.ts';

textStreams(chromium);
