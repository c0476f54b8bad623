import { all } from './adapters/all.ts';
import { refusals } from './scenarios/refusals.ts';
import { node } from './support/node.ts';

refusals(node, all);
