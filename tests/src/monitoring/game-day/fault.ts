import type { FaultRule } from '@ballast/venues';
import type { Firing } from '../prometheus.js';
import type { WatchedDesk } from '../watched-desk.js';

/** Ends a fault. */
export type End = () => Promise<void>;

/** One thing that goes wrong, and who is to be told. */
export interface GameDayFault {
  readonly what: string;
  /** Brings it about; what it returns ends it. */
  readonly inject: (desk: WatchedDesk) => Promise<End>;
  readonly alert: string;
  /** Labels that the alert has to have. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Longest time from the fault to the alert, wall s. */
  readonly withinS: number;
  /** Other pages that follow from this cause. */
  readonly follow: readonly string[];
  /** What a person has to do when it is over, for the desk to trade again. */
  readonly after?: (desk: WatchedDesk) => Promise<void>;
}

/** Nothing is left to be ended: it was there for a moment. */
export const OVER: End = () => Promise.resolve();

export const isFor = ({ alert, labels = {} }: Pick<GameDayFault, 'alert' | 'labels'>, { name, state, labels: of }: Firing): boolean =>
  name === alert && state === 'firing' && Object.entries(labels).every(([label, value]) => of[label] === value);

const STOP_MS = 2_000;

/** A process is stopped and not started again. */
export const away = (name: string) => async ({ stack: { stack } }: WatchedDesk): Promise<End> => {
  await stack.child(name).stop(STOP_MS);
  return () => stack.child(name).start();
};

/** A process is there and does nothing. */
export const hanging = (name: string) => async ({ stack: { stack } }: WatchedDesk): Promise<End> => {
  await stack.kill(name, 'SIGSTOP');
  return () => stack.kill(name, 'SIGCONT');
};

/** The venue does this wrong. */
export const venueFault = (rule: FaultRule) => async ({ stack: { venue } }: WatchedDesk): Promise<End> => {
  await venue.addFault(rule);
  return () => venue.clearFaults();
};
