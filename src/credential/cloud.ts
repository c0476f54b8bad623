import type { Cloud } from '../types.ts';

/** Which of Azure's clouds an endpoint is in, each with an authority and tokens of its own; of a host that does not say, the public one. */
export function cloudOf(origin: string): Cloud {
  if (/\.azure\.us(:\d+)?$/.test(origin)) return 'us-government';
  return /\.azure\.cn(:\d+)?$/.test(origin) ? 'china' : 'public';
}

/**
 * What a token for the service is asked for by. In the public cloud the audience that Azure OpenAI and Foundry projects both
 * take; the others are documented by the older one only.
 */
export const SCOPES: Readonly<Record<Cloud, string>> = {
  public: 'https://ai.azure.com/.default',
  'us-government': 'https://cognitiveservices.azure.us/.default',
  china: 'https://cognitiveservices.azure.cn/.default',
};
