import type { Question } from './answer-text.ts';
import { type AnswerFormat, backendHeaders, modelHeaders } from './azure-headers.ts';
import { chatCompletion, chatEvents } from './chat-answer.ts';
import { completionsAnswer } from './completions-answer.ts';
import { embeddingsAnswer } from './embeddings-answer.ts';
import { chance, hex } from './hash.ts';
import { sampleLatency } from './latency.ts';
import { modelsAnswer } from './models-answer.ts';
import { promptRefusal } from './prompt-refusal.ts';
import { recall } from './recall.ts';
import { rememberChat, rememberResponse } from './remember.ts';
import { responseEvents } from './response-events.ts';
import { begun, responseOf } from './responses-answer.ts';
import { sealOf } from './sealed-reasoning.ts';
import { isRefusal, noFile, type Refusal } from './state-errors.ts';
import { storedAnswer } from './stored-answer.ts';
import { transcriptionAnswer } from './transcription-answer.ts';
import type { ServiceReply, Visit } from './visit.ts';

/** Nothing is wrong any more: who is behind the front door answers. */
export function backend(visit: Visit): ServiceReply {
  const { region, moment, route, json = {}, deployment = '', files, stored, url } = visit;
  const id = hex(24, 'answer', moment.seed, region.name, moment.nth);
  const question: Question = { region: region.name, deployment, body: json, id, now: moment.now };
  const operation = route?.operation ?? 'chat';
  if (operation === 'models') return answered(visit, 'json', modelsAnswer(region), { modelMs: 0 });
  if (route?.stored) {
    const asked = { route: route.stored, query: url.searchParams, body: json, files, id, now: moment.now };
    const answer = storedAnswer(asked, stored);
    if (isRefusal(answer)) return refused(visit, answer);
    if ('events' in answer) return answered(visit, 'stream', answer.events);
    return 'file' in answer
      ? answered(visit, 'file', answer.file)
      : answered(visit, 'json', JSON.stringify(answer.json));
  }
  const refusal = promptRefusal(json);
  if (refusal) return refused(visit, refusal);
  switch (operation) {
    case 'chat': {
      const completion = chatCompletion(question);
      rememberChat(completion, json, stored);
      return json['stream'] === true
        ? inferred(visit, 'stream', chatEvents(completion, json))
        : inferred(visit, 'json', JSON.stringify(completion));
    }
    case 'responses':
      return responses(visit, question);
    case 'transcriptions':
    case 'translations': {
      const file = files.find(({ field }) => field === 'file');
      if (!file) return refused(visit, noFile('file'));
      const { text, plain } = transcriptionAnswer(question, file);
      return inferred(visit, plain ? 'text' : 'json', text);
    }
    case 'completions': {
      const body = completionsAnswer(question);
      return inferred(visit, typeof body === 'string' ? 'json' : 'stream', body);
    }
    default:
      return inferred(visit, 'json', embeddingsAnswer(question));
  }
}

function responses(visit: Visit, asked: Question): ServiceReply {
  const { region, moment, stored, json = {}, delayMs } = visit;
  const seal = sealOf(region.name, moment.seed);
  const recalled = recall(json, asked.id, stored, seal);
  if (isRefusal(recalled)) return refused(visit, recalled);
  const question = { ...asked, earlier: recalled.earlier };
  const response = responseOf(question, wantsReasoning(json['include']) ? seal.close(asked.id) : undefined);
  const time = modelTime(visit);
  if (json['background'] === true && json['stream'] !== true) {
    const until = moment.now + delayMs + time.modelMs;
    rememberResponse(response, recalled, stored, { until, json: begun(response, 'in_progress') });
    return answered(visit, 'json', JSON.stringify(begun(response, 'queued')));
  }
  rememberResponse(response, recalled, stored);
  return json['stream'] === true
    ? answered(visit, 'stream', responseEvents(response), time)
    : answered(visit, 'json', JSON.stringify(response), time);
}

function wantsReasoning(include: unknown): boolean {
  return Array.isArray(include) && include.includes('reasoning.encrypted_content');
}

type Time = Pick<ServiceReply, 'slowedBy'> & { readonly modelMs: number };

function modelTime({ region, faults, target, moment: { seed, nth } }: Visit): Time {
  const slow = faults.takeAll('slow', target);
  const sampled = sampleLatency(region.modelTime, (half) => chance('model', seed, region.name, nth, half));
  return { modelMs: slow.reduce((ms, { shape }) => ms * shape.factor, sampled), slowedBy: slow[0] };
}

/** A model had to work for it. */
function inferred(visit: Visit, format: AnswerFormat, body: string | readonly string[]): ServiceReply {
  return answered(visit, format, body, modelTime(visit));
}

/** @param time of the model, where there was one to ask. */
function answered(visit: Visit, format: AnswerFormat, body: string | readonly string[], time?: Time): ServiceReply {
  const sent = backendHeaders(visit.stamp, format);
  const headers = time ? { ...sent, ...modelHeaders(visit.delayMs + time.modelMs), ...visit.limits } : sent;
  return { reply: { status: 200, headers, body }, ...time };
}

function refused({ stamp, delayMs, limits }: Visit, { status, body }: Refusal): ServiceReply {
  return {
    reply: { status, headers: { ...backendHeaders(stamp, 'json'), ...modelHeaders(delayMs), ...limits }, body },
  };
}
