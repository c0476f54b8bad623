import type { Scenario } from '../scenario.ts';
import { BRIEF, type Length } from './outages.ts';

const DOWN: Length = { seconds: 190, outage: [20, 140] };

const allDown = (id: string, about: string, fault: string, length: Length = DOWN): Scenario => ({
  id: `all-down-${id}`,
  about: `${about}, in any region`,
  ...length,
  phases: () => [{ region: 'every', from: length.outage[0], until: length.outage[1], fault, harm: 'down' }],
  fleets: ['servers'],
  seeds: 5,
});

const noise = (id: string, about: string, fault: string, seconds = 150): Scenario => ({
  id,
  about,
  seconds,
  phases: () => [{ region: 'every', from: 0, until: seconds, fault, harm: 'noise' }],
  fleets: ['servers'],
});

/** What befalls all regions alike. */
export const everywhere: readonly Scenario[] = [
  allDown('refused', 'nobody listens', 'refused'),
  { ...allDown('503', '503', 'status(503)'), fleets: ['servers', 'tabs'], seeds: 20 },
  allDown('black-hole', 'never an answer', 'silence'),
  {
    ...noise('noise-2', 'two of 100 calls get 500, in any region', 'status(500)%2', 100),
    fleets: ['servers', 'calm-servers'],
    seeds: 20,
  },
  {
    ...noise('flakes-1', 'one of 100 connections is reset, in any region', 'rst:request%1'),
    fleets: ['servers', 'tabs'],
  },
  {
    id: 'storm-4xx',
    about: 'three of ten calls are the caller’s own mistake',
    seconds: 60,
    phases: () => [],
    traffic: { invalid: 0.3 },
    fleets: ['servers', 'tabs'],
  },
  {
    id: 'poison',
    about: 'two of 100 requests get 500 wherever they are sent',
    seconds: 60,
    phases: () => [],
    traffic: { poison: 0.02 },
    fleets: ['servers'],
  },
];

/** What is wrong with one resource only. */
export const settings: readonly Scenario[] = [
  {
    id: 'deployment-each',
    about: 'one of two deployments fails in the first region, the other in the second',
    ...BRIEF,
    warm: true,
    traffic: { deployments: ['gpt-4o', 'o4-mini'] },
    phases: () =>
      ['gpt-4o', 'o4-mini'].map((deployment, region) => {
        return {
          region,
          from: 20,
          until: 80,
          fault: `status(500)@deployment=${deployment}`,
          harm: 'down',
          deployment,
        } as const;
      }),
    fleets: ['servers'],
  },
  {
    id: 'bad-key',
    about: 'the first region refuses its key',
    seconds: 60,
    outage: [0, 60],
    phases: () => [{ region: 0, from: 0, until: 60, fault: 'key', harm: 'down' }],
    fleets: ['servers'],
  },
];
