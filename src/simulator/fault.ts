import { closesListener, isConnectionShape, precedesRequests } from './connection-shape.ts';
import { type Refuse, refusal, splitArgs } from './fault-reader.ts';
import {
  type FaultSelection,
  printSelection,
  readSelection,
  selectionParts,
  selectionPattern,
} from './fault-selection.ts';
import type { FaultShape } from './fault-shape.ts';
import { printArgs, readShape } from './turn-kinds.ts';

/**
 * What can be wrong with a region, named by what is seen on the wire.
 *
 * | text | meaning |
 * | --- | --- |
 * | `refused` | nobody listens |
 * | `dns` | the name does not resolve; on sockets, whose names cannot be taken back, the same as `refused` |
 * | `blackhole` | nobody answers who wants to connect |
 * | `noread` | connections are accepted, and nothing is read from them |
 * | `tls` | connections are closed in the handshake; on sockets, also to who wants none |
 * | `conn-limit(6)` | every connection beyond 6 that are open is reset |
 * | `rst:accept`, `fin:accept` | the connection is reset, or closed, at once |
 * | `silence` | the request is read and never answered |
 * | `rst:request`, `fin:request` | the connection is reset, or closed, once the request was read |
 * | `rst:reuse`, `fin:reuse` | the same, where the connection had carried a request before |
 * | `garbage` | what is answered is not HTTP |
 * | `status(503)`, `status(503,html)` | that status at once, with the body Azure (or a gateway) gives it |
 * | `429(20)`, `429(20,ms)`, `429(20,text,a)` | throttled; the style says where the hint stands |
 * | `quota(1000,6)` | 1000 tokens and 6 requests a minute for each deployment, as Azure counts them; 429 beyond |
 * | `key` | every API key is refused |
 * | `key-expired` | every token is refused, as if it had expired |
 * | `nodeploy(gpt-4o)` | that deployment does not exist |
 * | `firewall` | the network rules deny the client |
 * | `cors(none-on-error)` | what pages of other origins may see; see `CorsName` |
 * | `latency(250)`, `latency(uniform(50,200))`, `latency(lognormal(40,0.3))` | added before any answer, ms |
 * | `latency(ramp(0,500,30))` | the same, from 0 to 500 ms in the fault's first 30 s |
 * | `duplicate-slow(5000)` | added, and the region goes on with a request whose client has left |
 * | `slow(x8)` | the model takes 8 times as long; what needs no model is as fast as ever |
 * | `capacity(8)`, `capacity(8,429)` | model work for 8 requests a second; others get a 503, or a 429 for capacity |
 * | `capacity(2,8,60)`, `capacity(2,8,60,429)` | the same, growing from 2 to 8 a second in the fault's first 60 s |
 * | `stall:sse:3`, `stall:bytes:500` | 3 events of a stream, or 500 bytes of it, and then nothing, for ever |
 * | `rst:sse:3`, `fin:sse:3`, `rst:bytes:500`, `fin:bytes:500` | the same, and the connection is reset, or closed |
 * | `trunc:sse:3` | 3 events, and then the end of the response, in order |
 * | `badsse:sse:3` | the same, with half of the 4th event before the end |
 * | `badchunk:sse:3` | 3 events, and then what is no size of a chunk |
 * | `sse-error:sse:3`, `sse-error(rate):sse:0` | 3 events, and then an error in the stream, and its end in order |
 * | `hang:headers` | a 200 whose body never comes |
 * | `badjson` | a 200 whose JSON breaks off, and ends in order |
 * | `clen` | a 200 that is closed before it is as long as it says |
 * | `empty200` | a 200 without a body |
 * | `wrongtype`, `wrongtype(text/plain)` | a 200 that says it is HTML, or that |
 * | `slice(7,5)` | the body of a 200 comes 7 bytes at a time, 5 ms apart |
 * | `throttle(200)` | it comes at 200 bytes a second |
 * | `stream(500,40)`, `stream(500,40,0.2)` | a stream begins after 500 ms, and has 40 events a second, give or take 20 % |
 * | `flap(3,5)`, `flap(3,5,status(503))` | in turn well for 3 s, and `refused` or the given fault for 5 s |
 * | `sequence(status(503),429(2),ok)` | one request after the other meets each of these, and again; `ok`: all is well |
 *
 * `sse-error(cause,form,seconds)`: the cause is `server`, `rate` or `capacity`; the form, of the Responses API only,
 * `nested`, `flat` or `failed`; the seconds are what `retry-after` says with `rate`: 20 unless told otherwise. What
 * befalls a stream lets other replies pass, and streams that are over before. `badjson` and `clen` let streams pass.
 *
 * After it, in this order: `@deployment=gpt-4o`: only requests for it; also `method=POST`, `path=embeddings` (in it),
 * `stream=true` and `header.x-user=7`, joined by `&`. `+2`: it lets two requests pass first. `*3`: the next three requests
 * it applies to. `#request`: it counts, and draws lots, for each `x-ms-client-request-id` by itself. `%30`: 30 of 100
 * requests. `~30s`, `~500ms`: it ends by itself after that time; `~5s..30s`: and it begins after the first.
 *
 * Of a fault of the connection none can be told apart by `@`; where it strikes before there is a request, `+`, `*` and `%`
 * are about connections, and there is no `#request`; of `refused`, `dns` and `blackhole` there are none of these.
 */
export type Fault = FaultShape & FaultSelection;

/** Whether the fault is in the connection, so that what is open when it starts is cut. A region has one at a time. */
export function isConnectionFault(fault: Fault): boolean {
  return isConnectionShape(fault);
}

const form = 'kind[(args)][:moment][@match][+skip][*times][#request][%prob][~ttl]';
const grammar = new RegExp(
  `^(?<kind>[a-z0-9-]+)(?:\\((?<args>.*)\\))?(?::(?<moment>[^()@+*#%~]+))?${selectionPattern}$`,
);

/**
 * Reads `kind[(args)][:moment][@match][+skip][*times][#request][%prob][~ttl]`.
 *
 * @throws TypeError that names the fault, the rule it breaks and the offending value.
 */
export function parseFault(text: string): Fault {
  const refuse = refusal(`fault "${text}"`);
  const groups = grammar.exec(text.trim())?.groups;
  if (!groups) return refuse(`must read ${form}`, text);
  const { match, skip, times, per, percent } = groups;
  const shape = readParts(groups, refuse);
  if (isConnectionShape(shape) && match !== undefined) {
    refuse('a fault of the connection strikes whatever is asked, and takes no @match', match);
  }
  if (precedesRequests(shape) && per !== undefined) {
    refuse('what strikes before there is a request takes no #request', per);
  }
  if (closesListener(shape)) {
    const name = shape.kind === 'flap' ? `flap with ${shape.fault.kind}` : shape.kind;
    if (skip !== undefined) refuse(`${name} closes the listener and takes no +skip`, skip);
    if (times !== undefined) refuse(`${name} closes the listener and takes no *times`, times);
    if (percent !== undefined) refuse(`${name} closes the listener and takes no %prob`, percent);
  }
  return { ...shape, ...readSelection(groups, refuse) };
}

/** The text that {@link parseFault} reads as this fault. */
export function printFault(fault: Fault): string {
  return `${printShape(fault)}${printSelection(fault)}`;
}

type Parts = Readonly<Record<string, string | undefined>>;

function readParts({ kind = '', args, moment }: Parts, refuse: Refuse): FaultShape {
  return readShape({ kind, args: args === undefined ? [] : splitArgs(args), moment }, refuse, (text) => {
    const parts = grammar.exec(text)?.groups;
    if (!parts) return refuse(`fault of ${kind} must read kind[(args)][:moment]`, text);
    const selected = selectionParts.some((part) => parts[part] !== undefined);
    if (selected)
      refuse(`fault of ${kind} takes no @match, +skip, *times, #request, %prob and ~ttl; ${kind} does`, text);
    return readParts(parts, refuse);
  });
}

function printShape(shape: FaultShape): string {
  const args = printArgs(shape, printShape);
  const after = 'after' in shape ? `:${shape.after}` : '';
  const moment = 'moment' in shape ? `:${shape.moment}${after}` : '';
  return `${shape.kind}${args.length > 0 ? `(${args.join(',')})` : ''}${moment}`;
}
