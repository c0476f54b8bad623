import { all } from './adapters/all.ts';
import { conversations } from './scenarios/conversations.ts';
import { node } from './support/node.ts';

conversations(node, all);
