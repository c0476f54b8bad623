import { readAddress, writeAddress } from '../azure/address.ts';
import { readBody } from '../call/body.ts';
import { nameThere } from '../health/snapshot.ts';
import type { Settings } from '../options.ts';
import type { Middleware } from '../types.ts';

/** Turns a call's address, api-version and deployment name into those of the attempt's region. Nothing else changes. */
export function route({ regions }: Settings): Middleware {
  const endpoints = regions.map(({ endpoint }) => endpoint);
  return function route(call, next) {
    const index = regions.findIndex(({ name }) => name === call.attempt?.region.name);
    const region = regions[index];
    if (!region) return next(call);
    const { deployments, apiVersion } = region.options;
    const said = call.operation.deployment;
    const mapped = said && nameThere(said, deployments);
    const renamed = mapped && mapped !== said ? mapped : undefined;
    if (region.name === call.addressed && renamed === undefined && apiVersion === undefined) return next(call);

    const address = readAddress(call.url, endpoints);
    if (!address) return next(call);
    const url = writeAddress(address, { index, endpoint: region.endpoint, apiVersion }, renamed);
    // Where the path names the deployment, the body's model stays: some clients send another one there.
    if (renamed === undefined || address.deployment !== undefined) return next({ ...call, url });
    const { withModel } = readBody(call.body, call.headers.get('content-type'));
    return next({ ...call, url, body: withModel ? withModel(renamed) : call.body });
  };
}
