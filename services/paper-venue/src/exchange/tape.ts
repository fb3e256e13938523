import type { Ms } from '@ballast/domain';
import type { MarketInput } from '@ballast/venues';

/** The outside market, one input after the other; reading it again gives the same. */
export class Tape {
  private readonly inputs: Iterator<MarketInput>;
  private head: MarketInput | undefined;
  private taken = 0;

  constructor(inputs: Iterable<MarketInput>, readonly startMs: Ms, readonly endMs: Ms) {
    this.inputs = inputs[Symbol.iterator]();
    this.head = this.read();
  }

  /** How many inputs were taken. */
  get position(): number {
    return this.taken;
  }

  get nextTime(): Ms | undefined {
    return this.head?.time;
  }

  take(): MarketInput | undefined {
    const input = this.head;
    if (input === undefined) return undefined;
    this.taken += 1;
    this.head = this.read();
    return input;
  }

  skipTo(position: number): void {
    while (this.taken < position && this.take() !== undefined);
  }

  private read(): MarketInput | undefined {
    const next = this.inputs.next();
    return next.done ? undefined : next.value;
  }
}
