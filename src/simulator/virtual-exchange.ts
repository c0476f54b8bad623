import type { Delivery } from './delivery.ts';
import type { JournalDraft, JournalEntry } from './journal.ts';
import type { Action, Decision } from './region.ts';
import type { Reply } from './reply.ts';
import type { StayAway } from './stay-away.ts';
import { VirtualBody } from './virtual-body.ts';
import { VirtualCall } from './virtual-call.ts';
import type { ConnectionFailure } from './virtual-errors.ts';
import type { VirtualHost } from './virtual-host.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';
import type { TransportHeaders } from './virtual-response.ts';

/** Which request of its region it is, from 1, whether its connection had carried another, and when (Unix time, ms). */
export interface Arrival {
  readonly nth: number;
  readonly reused: boolean;
  readonly arrivedAt: number;
}

/** What a browser is told that has to send a request again, as a connection was closed that it had used before. */
export const sendAgain = Symbol('send again');

/** What an exchange needs of its region. */
export interface ExchangeRegion {
  readonly host: VirtualHost;
  readonly stayAway: StayAway;
  decide(request: VirtualRequest, body: string, arrival: Arrival): Decision;
  /** Its connection can be used again, or is gone. */
  released(exchange: VirtualExchange): void;
  /** The region has done its part, or has lost its client. */
  ended(exchange: VirtualExchange, entry: JournalEntry): void;
}

/** The region's side of a request, from its arrival to the end of its response; writes its entry of the journal. */
export class VirtualExchange {
  readonly network: VirtualNetwork;
  readonly #region: ExchangeRegion;
  readonly #request: VirtualRequest;
  readonly #draft: JournalDraft;
  readonly #nth: number;
  readonly #call: VirtualCall;
  #cancelWait: (() => void) | undefined;
  #outlivesClient = false;

  /** @param nth which request of its region it is, from 1. */
  constructor(
    region: ExchangeRegion,
    request: VirtualRequest,
    network: VirtualNetwork,
    draft: JournalDraft,
    nth: number,
  ) {
    this.network = network;
    this.#region = region;
    this.#request = request;
    this.#draft = draft;
    this.#nth = nth;
    this.#call = new VirtualCall(request, network, () => this.#end('client'));
  }

  run(): Promise<Response> {
    const { body } = this.#request;
    if (typeof body === 'string') this.#arrive(body);
    else {
      const reading = body();
      this.#region.host.clock.hold(reading);
      reading.then(
        (text) => this.#arrive(text),
        (error) => this.#call.stop(error),
      );
    }
    return this.#call.response;
  }

  /** A fault resets the connection. */
  cut(fault: string): void {
    if (this.#call.isOver) return;
    this.#draft.fault = fault;
    this.#fail('reset');
  }

  #arrive(body: string): void {
    if (this.#call.isOver) return;
    const { host } = this.#region;
    const draft = this.#draft;
    draft.bytesIn = host.encode(body).length;
    const arrival = { nth: this.#nth, reused: draft.reused, arrivedAt: draft.arrivedAt };
    const decision = this.#region.decide(this.#request, body, arrival);
    const { deployment, stream, fault, earlyByMs, delayMs, action, outlivesClient = false } = decision;
    this.#outlivesClient = outlivesClient;
    draft.stream = stream;
    if (fault !== undefined) draft.fault = fault;
    if (deployment !== undefined) draft.deployment = deployment;
    if (earlyByMs !== undefined) draft.earlyByMs = earlyByMs;
    if (delayMs > 0) this.#cancelWait = host.clock.timer(delayMs, () => this.#carryOut(action));
    else this.#carryOut(action);
  }

  #carryOut(action: Action): void {
    if (this.#call.isOver) {
      this.#finishAlone(action);
      return;
    }
    switch (action.kind) {
      case 'silence':
        break;
      case 'reset':
      case 'close':
        if (action.reuse && this.network.shapes === 'browser') this.#tellToSendAgain();
        else this.#fail(action.kind === 'reset' ? 'reset' : 'closed');
        break;
      case 'garbage':
        this.#fail('alien');
        break;
      case 'respond':
        this.#respond(action.reply, action.delivery);
    }
  }

  #respond(reply: Reply, delivery: Delivery): void {
    const { host } = this.#region;
    const { status, body } = reply;
    const draft = this.#draft;
    draft.firstByteAt = host.clock.now();
    draft.status = status;
    if (typeof body === 'string' && !delivery.end && !delivery.pace) {
      const bytes = host.encode(body);
      draft.bytesOut = bytes.length;
      this.#tell(reply, draft.firstByteAt);
      this.#end('server');
      const source = { whole: true, next: () => ({ bytes, last: true }) };
      this.#call.receive(reply, this.#transport(status, bytes.length), host.receiver, source);
      return;
    }
    const length = typeof body === 'string' ? host.encode(body).length : undefined;
    this.#call.receive(reply, this.#transport(status, length), host.receiver, this.#source(reply, delivery));
  }

  #transport(status: number, length: number | undefined): TransportHeaders {
    const date = { date: this.#region.host.date() };
    // RFC 9110, 8.6: no content-length with 1xx and 204.
    const bare = length === undefined || status < 200 || status === 204;
    return bare ? date : { ...date, 'content-length': String(length) };
  }

  #source(reply: Reply, delivery: Delivery): VirtualBody {
    const draft = this.#draft;
    const body = new VirtualBody(reply.body, delivery, {
      clock: this.#region.host.clock,
      sent: ({ bytes, events }) => {
        draft.events += events;
        draft.bytesOut += bytes.length;
      },
      ended: () => {
        this.#tell(reply, draft.firstByteAt ?? 0);
        this.#end('server');
      },
      failed: (failure) => this.#fail(failure),
    });
    this.#cancelWait = () => body.cancel();
    return body;
  }

  /** Remembers what a reply says about when to come back. */
  #tell({ stayAway }: Reply, firstByteAt: number): void {
    const { deployment } = this.#draft;
    if (!stayAway || deployment === undefined) return;
    this.#region.stayAway.tell(deployment, stayAway, firstByteAt, this.#region.host.clock.now());
  }

  /** Its client has left. */
  #finishAlone(action: Action): void {
    if (action.kind === 'respond') {
      this.#draft.firstByteAt = this.#region.host.clock.now();
      this.#draft.status = action.reply.status;
    }
    this.#region.ended(this, this.#draft);
  }

  #tellToSendAgain(): void {
    this.#end('fault');
    this.#call.stop(sendAgain);
  }

  #fail(failure: ConnectionFailure): void {
    this.#end('fault');
    this.#call.fail(failure);
  }

  #end(by: 'client' | 'server' | 'fault'): void {
    const draft = this.#draft;
    if (draft.closedBy !== undefined) return;
    const goesOn = by === 'client' && this.#outlivesClient && draft.status === undefined;
    if (!goesOn) this.#cancelWait?.();
    draft.endedAt = this.#region.host.clock.now();
    draft.closedBy = by;
    if (!goesOn) this.#region.ended(this, draft);
    this.#region.released(this);
  }
}
