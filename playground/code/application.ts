import type { Scenario } from '../../src/simulator/index.ts';
import { usualDeployment } from '../engine/arrivals.ts';
import { importsOf, indented, optionLines, quoted } from './print.ts';

/** Where a snippet runs, or under what. */
export type CodeTarget = 'node' | 'browser' | 'openai';

const endpointOf = (region: string): string => `https://contoso-${region}.openai.azure.com`;

/** Of the environment: `AZURE_OPENAI_KEY_EASTUS2`. */
export const keyName = (region: string): string => `AZURE_OPENAI_KEY_${region.toUpperCase().replaceAll('-', '_')}`;

/**
 * TypeScript that sets the library up as a scenario has it, with only what is not so by default, and makes one call. The
 * endpoints are Contoso's.
 */
export function applicationCode(scenario: Scenario, target: CodeTarget): string {
  const write = { node: nodeLines, browser: browserLines, openai: openaiLines }[target];
  return `${write(scenario).join('\n')}\n`;
}

function nodeLines(scenario: Scenario): readonly string[] {
  return [...imports(scenario), '', ...fetchLines(scenario, ['key']), '', ...plainCall(scenario)];
}

function openaiLines(scenario: Scenario): readonly string[] {
  return [
    ...imports(scenario),
    "import { AzureOpenAI } from 'openai';",
    '',
    ...fetchLines(scenario, ['key']),
    '',
    'const client = new AzureOpenAI({',
    '  // Any region’s: it says what is asked, not who is asked first.',
    `  endpoint: ${quoted(firstEndpoint(scenario))},`,
    "  apiKey: 'set by failover for each region',",
    "  apiVersion: '2024-10-21',",
    '  fetch,',
    '  // One layer that retries is enough.',
    '  maxRetries: 0,',
    '});',
    'const completion = await client.chat.completions.create({',
    `  model: ${quoted(usualDeployment(scenario))},`,
    "  messages: [{ role: 'user', content: 'Are you there?' }],",
    '});',
    'console.log(completion.choices[0]?.message.content);',
  ];
}

function browserLines(scenario: Scenario): readonly string[] {
  return [
    "import { PublicClientApplication } from '@azure/msal-browser';",
    ...imports(scenario),
    "import { msal } from 'azure-openai-failover/msal';",
    '',
    'const app = new PublicClientApplication({',
    '  auth: {',
    '    // Your app registration’s, and your tenant’s.',
    "    clientId: '00000000-0000-0000-0000-000000000000',",
    "    authority: 'https://login.microsoftonline.com/contoso.onmicrosoft.com',",
    '    // A page that only passes on what Entra ID says.',
    "    redirectUri: '/redirect.html',",
    '  },',
    '});',
    '',
    ...fetchLines(scenario, [
      '// A key in a page is everybody’s: calls are signed as the person who uses it.',
      'credential: msal(app),',
    ]),
    '',
    ...plainCall(scenario),
  ];
}

const imports = (scenario: Scenario): readonly string[] => [
  `import { ${importsOf(scenario).join(', ')} } from 'azure-openai-failover';`,
];

/** @param credential a line for all regions; `key`: each has its own. */
function fetchLines(scenario: Scenario, credential: readonly string[]): readonly string[] {
  const isKeyed = credential[0] === 'key';
  const regions = scenario.regions.flatMap(({ id, deployments }) => [
    '{',
    ...indented([
      `name: ${quoted(id)},`,
      `endpoint: ${quoted(endpointOf(id))},`,
      ...(isKeyed ? [`credential: { apiKey: process.env[${quoted(keyName(id))}] ?? '' },`] : []),
      ...missing(scenario, deployments),
    ]),
    '},',
  ]);
  return [
    'const fetch = createFailoverFetch({',
    ...indented([
      '// In the order of preference.',
      'regions: [',
      ...indented(regions),
      '],',
      ...(isKeyed ? [] : credential),
      ...optionLines(scenario),
    ]),
    '});',
  ];
}

/** Deployments that some region has, and this one not. */
function missing({ regions }: Scenario, own: readonly string[] | undefined): readonly string[] {
  const all = [...new Set(regions.flatMap(({ deployments }) => deployments ?? []))];
  const lacks = own ? all.filter((name) => !own.includes(name)) : [];
  if (lacks.length === 0) return [];
  return [`deployments: { ${lacks.map((name) => `${quoted(name)}: false`).join(', ')} },`];
}

function plainCall(scenario: Scenario): readonly string[] {
  return [
    `const response = await fetch(${quoted(`${firstEndpoint(scenario)}/openai/v1/chat/completions`)}, {`,
    "  method: 'POST',",
    "  headers: { 'content-type': 'application/json' },",
    '  body: JSON.stringify({',
    `    model: ${quoted(usualDeployment(scenario))},`,
    "    messages: [{ role: 'user', content: 'Are you there?' }],",
    '  }),',
    '});',
    'console.log((await response.json()).choices[0].message.content);',
  ];
}

const firstEndpoint = ({ regions }: Scenario): string => endpointOf(regions[0]?.id ?? '');
