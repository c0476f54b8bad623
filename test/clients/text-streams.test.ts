import { textStreams } from './scenarios/text-streams.ts';
import { node } from './support/node.ts';

textStreams(node);
