const LOOPBACK = new Set(['127.0.0.1', 'localhost']);
const send = globalThis.fetch;

// Who would tell somebody else of the tests, as telemetry does, fails them.
globalThis.fetch = async (input, init) => {
  const { protocol, hostname } = new URL(input instanceof Request ? input.url : input, globalThis.location?.href);
  if (/^https?:$/.test(protocol) && !LOOPBACK.has(hostname)) throw new Error(`a request to ${hostname}`);
  return send(input, init);
};

export {};
