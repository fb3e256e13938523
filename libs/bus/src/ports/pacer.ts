/**
 * The pace of the system. Live and in a timed replay it is always open. In lock step (SPEED=max) whatever may lead to a
 * decision waits until every service has seen the same market, then runs.
 */
export abstract class Pacer {
  /** Runs at once when open, else when the next step is released; in the order given. */
  abstract whenOpen(run: () => void): void;
  /** Tells the pace that something is under way that a step must wait for; call the result when it is over. */
  abstract busy(kind: 'work' | 'venue'): () => void;
}
