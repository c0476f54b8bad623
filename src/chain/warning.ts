import type { Region } from '../region-options.ts';
import type { Call } from '../types.ts';
import type { AttemptRecord } from './journal.ts';
import { answerOf } from './words.ts';

const ROLE =
  'that who signs in has the role Cognitive Services OpenAI User on it (Owner is not enough, and a new role takes minutes)';

/** No deployment in Azure has a longer name; what callers ask for is kept and told no further, and in quotes. */
const LONGEST_NAME = 64;

/** What a failure that no waiting mends is warned about with: somebody has to put it right, in Azure or in the options. */
export function warningOf(
  { operation: { deployment } }: Call,
  { name, credential }: Region,
  record: AttemptRecord,
): readonly [code: string, message: string] | undefined {
  const { kind, blame } = record.verdict;
  const checks = `(${answerOf(record)}): check`;
  if (kind === 'no-deployment' && deployment) {
    const short = deployment.slice(0, LONGEST_NAME);
    return [
      `${kind}:${name}:${short}`,
      `${name} has no deployment for ${JSON.stringify(short)} ${checks} its \`deployments\` and Azure’s`,
    ];
  }
  if (blame !== 'credential') return undefined;
  if (kind === 'blocked') return [`${kind}:${name}`, `${name} has blocked this resource ${checks} its quota`];
  const isRefused = kind === 'unauthorized';
  const key = isRefused ? 'its key and endpoint' : 'that it allows keys';
  const token = isRefused ? `its tenant and scope, and ${ROLE}` : ROLE;
  const helps = credential === 'caller' ? 'what the caller sends' : 'apiKey' in credential ? key : token;
  return [
    `credential-refused:${name}`,
    isRefused
      ? `${name} refuses its credential ${checks} ${helps}`
      : `${name} does not let this client in ${checks} ${helps}, and its network rules`,
  ];
}
