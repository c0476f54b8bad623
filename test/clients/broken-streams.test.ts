import { all } from './adapters/all.ts';
import { brokenStreams, hopelessStreams } from './scenarios/broken-streams.ts';
import { node } from './support/node.ts';

brokenStreams(node, all);
hopelessStreams(node, all);
