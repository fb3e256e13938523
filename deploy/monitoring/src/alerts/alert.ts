/** `page`: somebody acts now; `ticket`: somebody acts today; `none`: it must always be there (a dead man's switch). */
export type Severity = 'page' | 'ticket' | 'none';

export type Labels = Readonly<Record<string, string>>;

/** A stretch of time, shortened by the scale of the rules: as Prometheus writes it, and in seconds. */
export interface Span {
  (seconds: number): string;
  readonly seconds: (seconds: number) => number;
}

/** Series a minute apart, in promtool's notation, and the moment at which they are looked at. */
export interface AlertCase {
  readonly series: Readonly<Record<string, string>>;
  /** `10m`. */
  readonly at: string;
  /** Labels of each alert that fires then, without the severity where it is the rule's own. Default: one without labels. */
  readonly fire?: readonly Labels[];
}

/** One alert: when it fires, what it says, and two cases that prove it. */
export interface AlertOf {
  /** Unique with its severity; `docs/runbooks/<name>.md` says what to do. */
  readonly name: string;
  readonly severity: Severity;
  /** One line; `{{ $labels.bot }}` stands for a label. */
  readonly summary: string;
  readonly description: string;
  readonly expr: (span: Span) => string;
  /** How long it has to hold, s; 0 = at once. */
  readonly holdsFor: number;
  /** Fires in this case … */
  readonly fires: AlertCase;
  /** … and not in this one, which is as near as it gets. Only what always fires is quiet `never`. */
  readonly quiet: Omit<AlertCase, 'fire'> | 'never';
}

/** A series that rules compute, for the others. */
export interface RecordedOf {
  readonly record: string;
  readonly expr: (span: Span) => string;
}

export interface AlertGroup {
  readonly name: string;
  readonly recorded: readonly RecordedOf[];
  readonly alerts: readonly AlertOf[];
}

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Shorter ones hold no two scrapes. */
const SHORTEST_S = 4;

/** Stretches of time at a scale: 1 is as written, 0.01 a hundredth of it, never below 4 s. @throws RangeError where it is not in (0, 1] */
export function spanAt(scale: number): Span {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`scale: found ${scale}, allowed is above 0 and up to 1`);
  const scaledTo = (seconds: number): number => Math.max(Math.min(seconds, SHORTEST_S), Math.round(seconds * scale));
  const written = (seconds: number): string => {
    const scaled = scaledTo(seconds);
    for (const [unit, size] of [['d', DAY], ['h', HOUR], ['m', MINUTE]] as const) if (scaled >= size && scaled % size === 0) return `${scaled / size}${unit}`;
    return `${scaled}s`;
  };
  return Object.assign(written, { seconds: scaledTo });
}

/**
 * What of a counter was added within a time, s, by these labels. All that a process has counted that is younger than that counts; so does a
 * line that came into being in a process that was read before: one that only nobody has read for a while is no news.
 */
export function grew(counter: string, span: Span, within: number, by: readonly string[]): string {
  const time = span(within);
  const young = `${counter} > 0 and on (job, instance) process_start_time_seconds > time() - ${span.seconds(within)}`;
  const born = `(${counter} unless ${counter} offset ${time}) > 0 and on (job, instance) up offset ${time} == 1`;
  return `sum by (${by.join(', ')}) (increase(${counter}[${time}]) > 0 or ${young} or ${born})`;
}
