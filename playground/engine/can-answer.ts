import { type Fault, parseFault } from '../../src/simulator/index.ts';
import { type Circumstances, isHarm, stateOf } from './fault-state.ts';
import type { TruthSpan } from './types.ts';

/** What decides whether a fault concerns a call. */
export interface Asked {
  readonly deployment: string;
  readonly stream: boolean;
}

/** Whether a region is sure not to answer such a call. */
export function cannotAnswer(truth: TruthSpan | undefined, asked: Asked, circumstances: Circumstances): boolean {
  return truth?.faults.some((text) => strike(text, asked, circumstances) === 'always') ?? false;
}

/** Whether a region is sure to answer such a call, be it late. */
export function canAnswer(truth: TruthSpan | undefined, asked: Asked, circumstances: Circumstances): boolean {
  return truth?.faults.every((text) => strike(text, asked, circumstances) === 'never') ?? false;
}

/** Whether a fault, where it strikes, keeps a region from answering such a call. */
export function concerns(text: string, asked: Asked, circumstances: Circumstances): boolean {
  const fault = faultOf(text);
  return isHarm(stateOf(fault, circumstances)) && reaches(fault, asked);
}

/** Whether a fault that is on keeps a region from answering such a call. */
function strike(text: string, asked: Asked, circumstances: Circumstances): 'always' | 'perhaps' | 'never' {
  const fault = faultOf(text);
  const state = stateOf(fault, circumstances);
  if (state === 'up' || state === 'slow' || !reaches(fault, asked)) return 'never';
  const { percent = 100, times, skip, perRequest, match } = fault;
  const isPicky = percent < 100 || times !== undefined || skip !== undefined || perRequest || match?.header;
  return state === 'limited' || isPicky ? 'perhaps' : 'always';
}

/** What befalls streams and nothing else, and what befalls all but streams. */
const onlyStreams = ['stall', 'trunc', 'sse-error', 'badsse', 'badchunk'];
const noStreams = ['badjson', 'clen'];

function reaches(fault: Fault, { deployment, stream }: Asked): boolean {
  const { match, ...shape } = fault;
  const inner = shape.kind === 'flap' ? shape.fault : shape;
  if (match?.deployment !== undefined && match.deployment !== deployment) return false;
  if (match?.stream !== undefined && match.stream !== stream) return false;
  if (match?.method !== undefined && match.method !== 'POST') return false;
  if (match?.path !== undefined && !'/openai/v1/chat/completions'.includes(match.path)) return false;
  if (inner.kind === 'nodeploy') return inner.deployment === deployment;
  const cutsStreams =
    onlyStreams.includes(inner.kind) || ('moment' in inner && (inner.moment === 'sse' || inner.moment === 'bytes'));
  return stream ? !noStreams.includes(inner.kind) : !cutsStreams;
}

const read = new Map<string, Fault>();

/** The same few texts are asked for again and again. */
function faultOf(text: string): Fault {
  const known = read.get(text) ?? parseFault(text);
  if (read.size > 1_000) read.clear();
  read.set(text, known);
  return known;
}
