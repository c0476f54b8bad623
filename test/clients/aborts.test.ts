import { all } from './adapters/all.ts';
import { aborts } from './scenarios/aborts.ts';
import { node } from './support/node.ts';

aborts(node, all);
