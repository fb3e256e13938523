import type { Ms } from '@ballast/domain';

/** Published on `mkt.clock`: how every process derives market time. */
export type ClockMessage =
  | { readonly mode: 'timed'; readonly marketMs: Ms; readonly wallMs: Ms; readonly speed: number }
  | { readonly mode: 'step'; readonly marketMs: Ms; readonly step: number };

/** Published on `mkt.go`: every service has seen the market of this step, decisions may run; `over` once they have, before the market moves. */
export interface GoMessage {
  readonly step: number;
  readonly over?: boolean;
}

/** What a service answers to the query `pace`. */
export interface PaceStatus {
  /** Last step whose clock was seen. */
  readonly clockStep: number;
  /** Last step that was released. */
  readonly goStep: number;
  /** What comes from outside is held back until the next release. */
  readonly closed: boolean;
  /** Handlers and tracked work under way. */
  readonly work: number;
  /** Venue calls under way. */
  readonly venue: number;
  /** The venue's step time seen on every open venue socket, ms; absent where it has none. */
  readonly venueTime?: Ms;
  /** Last sequence that this process appended, by `<partition>:<writer>.<kind>`. */
  readonly appended: Readonly<Record<string, number>>;
  /** Everything up to the asked sequences, of what this service reads, has been handled and acknowledged. */
  readonly drained: boolean;
}

export const CLOCK_SUBJECT = 'mkt.clock';
export const GO_SUBJECT = 'mkt.go';
