// Loaded before the program of the README: what that sends to a region of Contoso reaches a simulated one.
const regions = new Map<string, string>(JSON.parse(process.env['SIMULATED_REGIONS'] ?? '[]'));
const send = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const simulated = regions.get(url.origin);
  // What the README's own simulator listens on is reached as it is; nothing leaves this machine.
  if (!simulated && url.hostname !== '127.0.0.1') throw new TypeError(`The README calls ${url.origin}`);
  const address = simulated ? simulated + url.pathname + url.search : url.href;
  return send(input instanceof Request ? new Request(address, input) : address, init);
};
