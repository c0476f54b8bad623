import { everywhere } from '../../clients/adapters/everywhere.ts';
import { conversations } from '../../clients/scenarios/conversations.ts';
import { chromium } from '../../clients/support/chromium.ts';

conversations(chromium, everywhere);
