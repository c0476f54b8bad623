import { everywhere } from '../../clients/adapters/everywhere.ts';
import { failures } from '../../clients/scenarios/failures.ts';
import { chromium } from '../../clients/support/chromium.ts';

failures(chromium, everywhere);
