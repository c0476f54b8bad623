import { type Address, type Endpoint, readAddress } from '../azure/address.ts';
import { type Route, readRoute } from '../azure/operation.ts';

/** Where a call goes and what it asks for, as far as its method and URL tell. */
export interface Destination {
  readonly address: Address;
  readonly route: Route;
}

const REMEMBERED = 500;

/**
 * Finds where a URL leads; `undefined` where to none of the endpoints. Clients ask for the same few URLs again and again,
 * and taking one apart costs as much as the rest of reading a call, so the latest are remembered.
 */
export function createDestinations(
  endpoints: readonly Endpoint[],
): (method: string, url: string) => Destination | undefined {
  const known = new Map<string, { readonly address: Address; readonly routes: Map<string, Destination> }>();
  return (method, url) => {
    let entry = known.get(url);
    if (!entry) {
      const address = readAddress(url, endpoints);
      // What is not ours may be anything, a picture of megabytes in a `data:` URL too.
      if (!address) return undefined;
      entry = { address, routes: new Map() };
      if (known.size >= REMEMBERED) known.clear();
      known.set(url, entry);
    }
    const { address, routes } = entry;
    let destination = routes.get(method);
    if (!destination) {
      destination = { address, route: readRoute(method, address) };
      routes.set(method, destination);
    }
    return destination;
  };
}
