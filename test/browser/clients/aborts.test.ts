import { everywhere } from '../../clients/adapters/everywhere.ts';
import { aborts } from '../../clients/scenarios/aborts.ts';
import { chromium } from '../../clients/support/chromium.ts';

aborts(chromium, everywhere);
