/** A timer that is set. */
export interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

interface Entry extends Timer {
  readonly seq: number;
  /** Its place in the heap; -1 once it is out of it. */
  index: number;
}

/** Timers in the order of their time; those of one time in the order they were set. */
export class TimerHeap {
  readonly #entries: Entry[] = [];
  #seq = 0;

  get size(): number {
    return this.#entries.length;
  }

  get soonest(): Timer | undefined {
    return this.#entries[0];
  }

  /** Returns what takes it out again. */
  add(at: number, callback: () => void): () => void {
    const entry: Entry = { at, callback, seq: ++this.#seq, index: 0 };
    this.#up(entry, this.#entries.length);
    return () => this.#remove(entry);
  }

  takeSoonest(): void {
    const first = this.#entries[0];
    if (first) this.#remove(first);
  }

  #remove(entry: Entry): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#entries.pop();
    if (!last || last === entry) return;
    const parent = this.#entries[(index - 1) >> 1];
    if (parent && index > 0 && isBefore(last, parent)) this.#up(last, index);
    else this.#down(last, index);
  }

  /** Puts an entry at a place, or above it. */
  #up(entry: Entry, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#entries[above];
      if (!parent || !isBefore(entry, parent)) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(entry, index);
  }

  /** Puts an entry at a place, or below it. */
  #down(entry: Entry, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#entries[2 * index + 1];
      const right = this.#entries[2 * index + 2];
      const child = right && left && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, entry)) break;
      const below = child.index;
      this.#put(child, index);
      index = below;
    }
    this.#put(entry, index);
  }

  #put(entry: Entry, index: number): void {
    this.#entries[index] = entry;
    entry.index = index;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}
