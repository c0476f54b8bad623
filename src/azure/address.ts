/** Where a region's requests go: an origin and what a gateway or a Foundry project puts before the service's own paths. */
export interface Endpoint {
  readonly origin: string;
  /** Empty, or `/like/this`. */
  readonly prefix: string;
  /** Origin and prefix. */
  readonly base: string;
}

/** A caller's URL, taken apart so that another region's can be made of it. */
export interface Address {
  /** Which of the endpoints it names. */
  readonly index: number;
  /** Origin, prefix and Foundry project, as the caller wrote them. */
  readonly base: string;
  /** What the service sees: `/openai/…`, `/models/…`, or anything else a gateway knows. */
  readonly path: string;
  /** The query, with its question mark; empty where there is none. */
  readonly search: string;
  /** `classic` routes carry an api-version, and most a deployment; `v1` routes name it in the body. */
  readonly route: 'classic' | 'v1' | 'other';
  /** From `/openai/deployments/{deployment}/`. */
  readonly deployment?: string;
}

/** What people paste: the address of a deployment, or of what another service has. */
const NO_ENDPOINT = /^https:\/\/api\.openai\.com\/|\/openai\/(deployments|v1)\/+[^/]|\/(completions|responses)\/*$/;
const LOOPBACK = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const PROJECT = /^\/api\/projects\/[^/]+(?=\/)/;
const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)/;
/** One resource answers under each of these hosts. */
const SIBLING_HOST = /\.(?:services\.ai|cognitiveservices)(?=\.azure\.(?:com|us|cn)$)/;

/** Parses a configured endpoint, or says what it must be. */
export function parseEndpoint(endpoint: string | URL): Endpoint | string {
  const text = typeof endpoint === 'string' || endpoint instanceof URL ? String(endpoint) : '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'an absolute URL such as https://contoso.openai.azure.com';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return 'https (plain http would show the key to the network)';
  if (NO_ENDPOINT.test(url.origin + url.pathname))
    return 'an Azure OpenAI resource’s own address, which ends before /openai: https://contoso.openai.azure.com';
  if (url.username || url.password || url.search || url.hash) return 'a URL without user, query or fragment';
  // The base URL that a v1 client takes is what people have at hand; the endpoint is what stands before it.
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/(openai(\/v1)?|models)$/, '');
  return { origin: url.origin, prefix, base: url.origin + prefix };
}

/** Finds the endpoint that a URL belongs to: the one with the longest prefix. `undefined`: none of ours. */
export function readAddress(input: string, endpoints: readonly Endpoint[]): Address | undefined {
  if (!URL.canParse(input)) return undefined;
  const { origin, pathname, search } = new URL(input);
  let index = find(origin, pathname, endpoints);
  if (index < 0) index = find(sibling(origin), pathname, endpoints.map(siblingOf));
  const endpoint = endpoints[index];
  if (!endpoint) return undefined;
  // Clients put their path behind an endpoint that already ends in a slash.
  const path = pathname.slice(endpoint.prefix.length).replace(/^\/+/, '/').replace(PROJECT, '');
  const named = DEPLOYMENT.exec(path)?.[1];
  return {
    index,
    base: origin + pathname.slice(0, pathname.length - path.length),
    path,
    search,
    route: /^\/openai\/v1(\/|$)/.test(path) ? 'v1' : /^\/(openai|models)(\/|$)/.test(path) ? 'classic' : 'other',
    ...(named !== undefined && { deployment: decode(named) }),
  };
}

/** The same request's URL in another region, or in the caller's own under that region's names. */
export function writeAddress(
  address: Address,
  target: { readonly index: number; readonly endpoint: Endpoint; readonly apiVersion?: string | undefined },
  deployment?: string,
): string {
  const { index, path, search, route } = address;
  // A Foundry project belongs to one resource: the caller's own stays, elsewhere the resource itself is asked.
  const base = target.index === index ? address.base : target.endpoint.base;
  const renamed =
    deployment === undefined
      ? path
      : path.replace(DEPLOYMENT, () => `/openai/deployments/${encodeURIComponent(deployment)}`);
  return base + renamed + writeVersion(search, route, target.apiVersion);
}

function writeVersion(search: string, route: Address['route'], version: string | undefined): string {
  // A dated version means nothing to a v1 route, nor `v1` and `preview` to a classic one.
  if (version === undefined || /^\d/.test(version) === (route === 'v1')) return search;
  return search.replace(/([?&]api-version=)[^&]*/, (_, name: string) => name + encodeURIComponent(version));
}

function find(origin: string, pathname: string, endpoints: readonly Endpoint[]): number {
  let best = -1;
  for (const [index, { origin: own, prefix }] of endpoints.entries()) {
    if (own !== origin || !pathname.startsWith(prefix) || !/^(\/|$)/.test(pathname.slice(prefix.length))) continue;
    if (best < 0 || prefix.length > (endpoints[best]?.prefix.length ?? 0)) best = index;
  }
  return best;
}

/** The origin that stands for all of one resource's. */
export const sibling = (origin: string): string => origin.replace(SIBLING_HOST, '.openai');
const siblingOf = (endpoint: Endpoint): Endpoint => ({ ...endpoint, origin: sibling(endpoint.origin) });

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Whether a URL lies under an endpoint, so that the endpoint's credential may go there. */
export function owns(endpoint: Endpoint, url: string): boolean {
  // The slash ends the host. A prefix has to be looked at more closely: `..` leads out of it.
  if (endpoint.prefix === '' && url.startsWith(`${endpoint.origin}/`)) return true;
  return readAddress(url, [endpoint]) !== undefined;
}
