/** What a response has that was fetched, and one that was made has not. */
export interface Fetched {
  readonly url: string;
  /** Why the body broke off, as who reads all of it is told. */
  broken?: { readonly reason: unknown };
}

const fetched = Symbol('fetched');

interface FetchedResponse extends Response {
  [fetched]: Fetched;
}

const readers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

/**
 * Makes responses look fetched: native ones, with an address that clones keep, and with bodies that fail as they were
 * made to. Left alone, a browser says `Failed to fetch` to all who read a whole body that fails, whatever the reason.
 */
export function fetchedResponses(): (response: Response, facts: Fetched) => Response {
  const native = Response.prototype;
  const prototype: object = Object.create(native, {
    url: { get: urlOf },
    clone: { value: clone },
    ...Object.fromEntries(readers.filter((name) => name in native).map((name) => [name, { value: whole(name) }])),
  });

  function dress(response: Response & { [fetched]?: Fetched }, facts: Fetched): Response {
    Object.setPrototypeOf(response, prototype);
    response[fetched] = facts;
    return response;
  }
  function urlOf(this: FetchedResponse): string {
    return this[fetched].url;
  }
  function clone(this: FetchedResponse): Response {
    return dress(native.clone.call(this), this[fetched]);
  }
  function whole(name: (typeof readers)[number]) {
    const read: (this: Response) => Promise<unknown> = native[name];
    return async function (this: FetchedResponse): Promise<unknown> {
      try {
        return await read.call(this);
      } catch (error) {
        const { broken } = this[fetched];
        throw broken ? broken.reason : error;
      }
    };
  }
  return dress;
}
