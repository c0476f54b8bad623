import { everywhere } from '../../clients/adapters/everywhere.ts';
import { calls } from '../../clients/scenarios/calls.ts';
import { chromium } from '../../clients/support/chromium.ts';

calls(chromium, everywhere);
