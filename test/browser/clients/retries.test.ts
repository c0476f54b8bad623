import { everywhere } from '../../clients/adapters/everywhere.ts';
import { retries } from '../../clients/scenarios/retries.ts';
import { chromium } from '../../clients/support/chromium.ts';

retries(chromium, everywhere);
