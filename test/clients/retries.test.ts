import { all } from './adapters/all.ts';
import { retries } from './scenarios/retries.ts';
import { node } from './support/node.ts';

retries(node, all);
