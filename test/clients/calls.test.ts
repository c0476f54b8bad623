import { all } from './adapters/all.ts';
import { calls } from './scenarios/calls.ts';
import { node } from './support/node.ts';

calls(node, all);
