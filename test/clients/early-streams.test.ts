import { all } from './adapters/all.ts';
import { earlyStreams } from './scenarios/early-streams.ts';
import { node } from './support/node.ts';

earlyStreams(node, all);
