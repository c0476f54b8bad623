import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { Delivery } from '../delivery.ts';
import type { JournalDraft } from '../journal.ts';
import type { Decision } from '../region.ts';
import type { Reply } from '../reply.ts';
import type { StayAway } from '../stay-away.ts';
import { writeBody } from './write-body.ts';

/** What an exchange needs of its region. */
export interface ExchangeHost {
  readonly clock: Clock;
  readonly stayAway: StayAway;
  /** Given the request's body. */
  decide(body: string): Decision;
}

/** One request, from its arrival to the end of its response or connection; writes its entry of the journal. */
export class Exchange {
  /** Resolves when nothing more will happen. */
  readonly done: Promise<void>;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #draft: JournalDraft;
  readonly #host: ExchangeHost;
  readonly #gone = new AbortController();
  readonly #abandoned = new AbortController();
  /** What the region does whether or not its client waits for it. */
  #work: Promise<void> | undefined;
  #cut: 'fault' | 'server' | undefined;
  #isSilenced = false;
  /** What its connection had carried before, bytes. */
  readonly #writtenBefore: number;

  constructor(request: IncomingMessage, response: ServerResponse, draft: JournalDraft, host: ExchangeHost) {
    this.#request = request;
    this.#response = response;
    this.#draft = draft;
    this.#host = host;
    this.#writtenBefore = request.socket.bytesWritten;
    this.done = new Promise((resolve) => {
      response.once('close', async () => {
        draft.endedAt = host.clock.now();
        draft.closedBy = this.#cut ?? (response.writableFinished ? 'server' : 'client');
        this.#gone.abort();
        if (draft.closedBy !== 'client') this.#abandoned.abort();
        await this.#work?.catch(() => {});
        resolve();
      });
    });
  }

  /** Whether a fault cut it off before a byte of a response. */
  get isLost(): boolean {
    return this.#cut === 'fault' && this.#request.socket.bytesWritten === this.#writtenBefore;
  }

  /** For an error message. */
  get label(): string {
    const { region, method, path, fault } = this.#draft;
    return `${region} ${method} ${path}${fault === undefined ? '' : ` (${fault})`}`;
  }

  /** Whoever is about to end the connection under this exchange says so first. */
  cut(by: 'fault' | 'server', fault?: string): void {
    if (this.#draft.endedAt !== undefined) {
      // There is no connection any more: only the work is left.
      if (by === 'server') this.#abandoned.abort();
      return;
    }
    this.#cut = by;
    if (fault !== undefined) this.#draft.fault = fault;
  }

  /**
   * Ends the connection of a preflight that a silence left without an answer. Chromium keeps it when the call was given
   * up, and with six of them a page would never reach the region again.
   */
  letGo(): void {
    if (!this.#isSilenced || this.#draft.method !== 'OPTIONS') return;
    this.cut('fault');
    this.#request.socket.resetAndDestroy();
  }

  /** Carries out what the region decides. Resolves early where the connection goes away. */
  async run(): Promise<void> {
    try {
      const decision = this.#host.decide(await this.#read());
      this.#note(decision);
      this.#isSilenced = decision.action.kind === 'silence';
      if (decision.delayMs > 0) await this.#wait(decision);
      await this.#carryOut(decision);
    } catch (error) {
      if (!this.#request.socket.destroyed) throw error;
    }
  }

  async #wait({ delayMs, outlivesClient }: Decision): Promise<void> {
    const waited = this.#host.clock.sleep(delayMs, (outlivesClient ? this.#abandoned : this.#gone).signal);
    if (outlivesClient) this.#work = waited;
    await waited;
  }

  async #read(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#request) {
      chunks.push(chunk);
      this.#draft.bytesIn += chunk.length;
    }
    return Buffer.concat(chunks).toString();
  }

  #note({ deployment, stream, fault, earlyByMs }: Decision): void {
    const draft = this.#draft;
    draft.stream = stream;
    if (fault !== undefined) draft.fault = fault;
    if (deployment !== undefined) draft.deployment = deployment;
    if (earlyByMs !== undefined) draft.earlyByMs = earlyByMs;
  }

  async #carryOut({ action }: Decision): Promise<void> {
    const { socket } = this.#request;
    switch (action.kind) {
      case 'silence':
        return;
      case 'reset':
        this.cut('fault');
        socket.resetAndDestroy();
        return;
      case 'close':
        this.cut('fault');
        socket.destroy();
        return;
      case 'garbage':
        this.cut('fault');
        socket.end('nonsense\r\n', () => socket.destroy());
        return;
      case 'respond':
        await this.#respond(action.reply, action.delivery);
    }
  }

  async #respond({ status, headers, body, stayAway }: Reply, delivery: Delivery): Promise<void> {
    const response = this.#response;
    const draft = this.#draft;
    const firstByteAt = this.#host.clock.now();
    draft.firstByteAt = firstByteAt;
    draft.status = status;
    if (response.destroyed) return;
    if (stayAway) {
      const { deployment } = draft;
      const { clock, stayAway: told } = this.#host;
      response.once('finish', () => {
        if (deployment !== undefined) told.tell(deployment, stayAway, firstByteAt, clock.now());
      });
    }
    // RFC 9110, 8.6: no content-length with 1xx and 204.
    const sized = typeof body === 'string' && status >= 200 && status !== 204;
    response.writeHead(status, { ...headers, ...(sized && { 'content-length': Buffer.byteLength(body) }) });
    if (typeof body === 'string' && !delivery.end && !delivery.pace) {
      draft.bytesOut = Buffer.byteLength(body);
      response.end(body);
      return;
    }
    await writeBody(response, body, delivery, {
      clock: this.#host.clock,
      gone: this.#gone.signal,
      sent: ({ bytes, events }) => {
        draft.events += events;
        draft.bytesOut += bytes.length;
      },
      cut: () => this.cut('fault'),
    });
  }
}
