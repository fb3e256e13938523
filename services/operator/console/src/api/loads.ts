/** What came of one question. */
export type Found<T> = { readonly value: T } | { readonly error: unknown };

/** Longest wait for an answer, ms. */
const LIMIT_MS = 40_000;

/**
 * Loads one thing whenever it is asked for: one question at a time, and each answer is told. So a desk that decides faster than it
 * answers is shown all the same, and is asked no more often than it answers.
 */
export class Loads<T> {
  private isUnderWay = false;
  private isAsked = false;
  private isOver = false;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly tell: (found: Found<T>) => void,
    private readonly limitMs = LIMIT_MS,
  ) {}

  /** Loads it now, or once more after what is under way. */
  ask(): void {
    this.isAsked = true;
    if (!this.isUnderWay) void this.run();
  }

  stop(): void {
    this.isOver = true;
  }

  private async run(): Promise<void> {
    this.isUnderWay = true;
    while (this.isAsked && !this.isOver) {
      this.isAsked = false;
      const found = await this.once();
      if (!this.isOver) this.tell(found);
    }
    this.isUnderWay = false;
  }

  private once(): Promise<Found<T>> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve({ error: new Error('no answer') }), this.limitMs);
      this.load().then((value) => resolve({ value }), (error: unknown) => resolve({ error })).finally(() => clearTimeout(late));
    });
  }
}
