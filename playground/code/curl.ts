import type { SentRequest } from '../engine/types.ts';

/** What a secret is read from, so that it is in no text that is passed on. */
const secrets: Readonly<Record<string, string>> = {
  'api-key': '$AZURE_OPENAI_API_KEY',
  authorization: 'Bearer $AZURE_OPENAI_TOKEN',
};

/** A request as a command for a POSIX shell, which prints the answer with its headers. */
export function curlOf({ url, headers, body }: SentRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => {
    const secret = secrets[name];
    // The one thing that the shell is to fill in.
    return `-H ${secret === undefined ? quotedForShell(`${name}: ${value}`) : `"${name}: ${secret}"`}`;
  });
  return [`curl -i --globoff ${quotedForShell(url)}`, ...lines, `--data-raw ${quotedForShell(body)}`].join(' \\\n  ');
}

/** A text as one word of a POSIX shell, in which nothing means anything. */
export const quotedForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
