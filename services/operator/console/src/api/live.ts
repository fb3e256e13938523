import type { Client } from './client.js';
import { type Frame, Frames } from './frames.js';

/** The prices of an instrument at a time: what positions are valued at, and what some venues liquidate on. */
export interface Sample {
  readonly at: number;
  readonly price: string;
  readonly oracle: string;
}

/** One decision as the feed tells it. */
export interface Told {
  readonly event: { readonly type: string };
}

interface PriceTold {
  readonly instrument: string;
  readonly markPrice: string;
  readonly oraclePrice: string;
  readonly time: number;
}

/** What the feed knows now. */
export interface Live {
  readonly isStale: boolean;
  /** Wall time of the last word heard, ms. */
  readonly heardAt: number;
  /** Grows when something was decided: answers loaded before are old. */
  readonly version: number;
  readonly prices: ReadonlyMap<string, string>;
}

const SILENCE_MS = 40_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000] as const;
const SETTLE_MS = 2_000;
const TOLD_MS = 1_000;
const SAMPLES_MAX = 1_800;
export const START: Live = { isStale: true, heardAt: 0, version: 0, prices: new Map() };

/** Follows the desk's events until stopped, and goes on where it was cut off. While it is cut off, everything shown is stale. */
export class LiveLink {
  private readonly prices = new Map<string, string>();
  private readonly samples = new Map<string, Sample[]>();
  private readonly listeners = new Set<(told: Told) => void>();
  private readonly stopping = new AbortController();
  private cursor: string | undefined;
  private version = 0;
  private heardAt = 0;
  private isStale = true;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private telling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Client,
    private readonly tell: (live: Live) => void,
  ) {}

  start(): void {
    void this.follow();
  }

  stop(): void {
    this.stopping.abort();
    clearTimeout(this.settling);
    clearTimeout(this.telling);
  }

  /** Oldest first: what was heard of `instrument` since the console was opened. */
  history(instrument: string): readonly Sample[] {
    return this.samples.get(instrument) ?? [];
  }

  /** Hears of every decision as it comes. @returns how to stop listening */
  listen(listener: (told: Told) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Somebody knows that answers are old now. */
  outdate(): void {
    this.version += 1;
    this.publish();
  }

  private async follow(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures += 1) {
      if (await this.readOnce()) failures = 0;
      if (this.stopping.signal.aborted) return;
      this.isStale = true;
      this.publish();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
    }
  }

  /** Reads until the link ends, however it ends. @returns whether it was up. */
  private async readOnce(): Promise<boolean> {
    const link = new AbortController();
    const end = (): void => link.abort();
    this.stopping.signal.addEventListener('abort', end);
    const silence = setInterval(() => performance.now() - lastHeard > SILENCE_MS && end(), 1_000);
    let lastHeard = performance.now();
    let wasUp = false;
    try {
      const answer = await this.client.stream('/api/events', this.cursor === undefined ? {} : { 'last-event-id': this.cursor }, link.signal);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const frames = new Frames();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        lastHeard = performance.now();
        if (!wasUp) this.up();
        wasUp = true;
        for (const frame of frames.take(piece.value)) this.take(frame);
      }
    } catch {
      // Why does not matter: the console says that it is stale, and tries again.
      end();
    } finally {
      clearInterval(silence);
      this.stopping.signal.removeEventListener('abort', end);
    }
    return wasUp;
  }

  private up(): void {
    this.isStale = false;
    this.heardAt = Date.now();
    this.outdate();
  }

  private take({ event, id, data }: Frame): void {
    if (id !== undefined) this.cursor = id;
    this.heardAt = Date.now();
    if (event === 'beat') this.publish();
    else if (event === 'price') this.takePrice(JSON.parse(data) as PriceTold);
    else if (event === 'reset') this.outdate();
    else this.takeDecision(JSON.parse(data) as Told);
  }

  private takePrice({ instrument, markPrice, oraclePrice, time }: PriceTold): void {
    this.prices.set(instrument, markPrice);
    this.sample(instrument, { at: time, price: markPrice, oracle: oraclePrice });
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.publish();
    }, TOLD_MS);
  }

  private takeDecision(told: Told): void {
    for (const listener of this.listeners) listener(told);
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.outdate();
    }, SETTLE_MS);
  }

  private sample(instrument: string, sample: Sample): void {
    const known = this.samples.get(instrument) ?? [];
    if (known.at(-1)?.at === sample.at) known.pop();
    this.samples.set(instrument, [...known.slice(1 - SAMPLES_MAX), sample]);
  }

  private publish(): void {
    this.tell({ isStale: this.isStale, heardAt: this.heardAt, version: this.version, prices: new Map(this.prices) });
  }
}
