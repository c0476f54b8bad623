import { all } from './adapters/all.ts';
import { failures } from './scenarios/failures.ts';
import { node } from './support/node.ts';

failures(node, all);
