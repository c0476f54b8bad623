import type { Pin } from '../store/health-store.ts';

/** Most ids that are remembered. */
export const MOST_PINS = 10_000;
/** The service keeps a response for 30 days, ms. What lives longer is found again. */
const TTL_MS = 30 * 86_400_000;

/** Which region keeps what: ids, and the regions that gave them. What was used least lately is forgotten first. */
export class Pins {
  /** In the order of their use. */
  readonly #pins = new Map<string, Pin>();
  readonly #news = new Set<string>();
  readonly #onNews: () => void;

  /** @param onNews hears that there is something to write down */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  regionOf(id: string, now: number): string | undefined {
    const pin = this.#pins.get(id);
    if (!pin || !isFresh(pin, now)) return undefined;
    this.#pins.delete(id);
    this.#pins.set(id, pin);
    return pin.region;
  }

  learn(id: string, region: string, now: number): void {
    if (this.regionOf(id, now) === region) return;
    this.#pins.delete(id);
    this.#pins.set(id, { region, at: now });
    this.#news.add(id);
    this.#trim();
    this.#onNews();
  }

  /** It is gone from its region. What a store still has of it does no harm: that region is asked, and says so. */
  forget(id: string): void {
    this.#pins.delete(id);
    this.#news.delete(id);
  }

  /** Takes over what others learned, where nothing later is known. */
  absorb(pins: ReadonlyMap<string, Pin>): void {
    for (const [id, pin] of pins) {
      if ((this.#pins.get(id)?.at ?? -1) >= pin.at) continue;
      this.#pins.delete(id);
      this.#news.delete(id);
      this.#pins.set(id, pin);
    }
    this.#trim();
  }

  /** What was learned since this was asked last; `undefined` when nothing was. */
  takeNews(): Readonly<Record<string, Pin>> | undefined {
    if (this.#news.size === 0) return undefined;
    const news = [...this.#news].flatMap((id) => {
      const pin = this.#pins.get(id);
      return pin ? [[id, pin] as const] : [];
    });
    this.#news.clear();
    return Object.fromEntries(news);
  }

  /** They could not be written down, and are news again. */
  returnNews(news: Readonly<Record<string, Pin>> = {}): void {
    for (const id of Object.keys(news)) if (this.#pins.has(id)) this.#news.add(id);
  }

  #trim(): void {
    for (const id of this.#pins.keys()) {
      if (this.#pins.size <= MOST_PINS) return;
      this.forget(id);
    }
  }
}

/** Whether what was pinned then is still where it was. */
export const isFresh = ({ at }: Pin, now: number): boolean => now - at < TTL_MS;
