import type { Adapter } from '../support/client.ts';
import { everywhere } from './everywhere.ts';
import { langchain } from './langchain.ts';

/** LangChain is for servers. */
export const all: readonly Adapter[] = [...everywhere, langchain];
