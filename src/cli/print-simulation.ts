import type { Scenario } from '../simulator/scenario.ts';
import type { Simulating } from './simulate.ts';

/** Where everything is, for a person. The keys are made up, and open nothing but these regions. */
export function printSimulation({ simulator, control }: Simulating, scenario: Scenario | undefined): string {
  const endpoints = simulator.endpoints();
  const width = Math.max(...endpoints.map(({ region }) => region.length), 'control'.length);
  const [first] = endpoints;
  const faults = `${control.url}/regions/${first?.region}/faults`;
  const token = `-H 'authorization: Bearer ${control.token}'`;
  return [
    ...endpoints.map(({ region, url, key }) => `${region.padEnd(width)}  ${url}  api-key ${key}`),
    `${'control'.padEnd(width)}  ${control.url}#token=${control.token}`,
    '',
    ...(scenario ? [...printFaults(scenario), ''] : []),
    `To break ${first?.region} for 30 s, and to heal it before they are over:`,
    `  curl -d '"refused~30s"' ${faults} \\`,
    `    -H 'content-type: application/json' ${token}`,
    `  curl -X DELETE ${faults} ${token}`,
    '',
  ].join('\n');
}

/** The same, for a program. */
export function simulationJson({ simulator, control: { url, token } }: Simulating): string {
  return JSON.stringify({ regions: simulator.endpoints(), control: { url, token } });
}

function printFaults({ id, title, duration, faults }: Scenario): readonly string[] {
  return [
    `${id}: ${title}, ${duration} s`,
    ...faults.map(([from, to, target, fault]) => `  ${from}–${to} s  ${target === '*' ? 'all' : target}  ${fault}`),
  ];
}
