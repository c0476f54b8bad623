import { heard, type Question } from './answer-text.ts';
import type { FormFile } from './form.ts';

/** What was heard in a file: JSON, or the text alone where that was asked for. */
export function transcriptionAnswer(question: Question, { name }: FormFile): { readonly text: string; plain: boolean } {
  const text = heard(question, name);
  switch (question.body['response_format']) {
    case 'text':
      return { text: `${text}\n`, plain: true };
    case 'srt':
      return { text: `1\n00:00:00,000 --> 00:00:01,000\n${text}\n\n`, plain: true };
    case 'vtt':
      return { text: `WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n${text}\n\n`, plain: true };
    case 'verbose_json': {
      const segment = { id: 0, seek: 0, start: 0, end: 1, text, tokens: [], temperature: 0 };
      const whole = { task: 'transcribe', language: 'english', duration: 1, text, segments: [segment] };
      return { text: JSON.stringify(whole), plain: false };
    }
    default:
      return { text: JSON.stringify({ text }), plain: false };
  }
}
