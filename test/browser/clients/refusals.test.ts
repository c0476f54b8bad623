import { everywhere } from '../../clients/adapters/everywhere.ts';
import { refusals } from '../../clients/scenarios/refusals.ts';
import { chromium } from '../../clients/support/chromium.ts';

refusals(chromium, everywhere);
