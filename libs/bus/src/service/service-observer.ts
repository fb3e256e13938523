import type { Clock } from '@ballast/domain';
import { type Logger, type Metrics, tradeOf } from '@ballast/observability';
import type { ConsumerObserver, SnapshotOutcome } from '../core/consumer-types.js';
import type { Refusal } from '../jetstream/link.js';
import { readMarketMessage } from '../pace/market-codec.js';

/** Names a check and says what a person should look at; undefined = nothing any more. */
export type Concern = (check: string, detail: string | undefined) => void;

export interface Observing {
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Market time, for the age of events. */
  readonly clock: Clock;
  readonly concern: Concern;
}

const MS_PER_S = 1_000;
/** `kept`: a round of folds in advance, which is told by the process and not by a consumer. */
const SNAPSHOT_OUTCOMES: readonly (SnapshotOutcome | 'kept')[] = ['saved', 'restored', 'unusable', 'failed', 'kept'];
/** Of a refusal by the NATS server. */
const OPERATIONS = ['publish', 'subscription'];
const NAMED_MAX = 20;
const FEED = 'mkt.feed.';

/** What a service's consumer and deciders do, as metrics, log lines and concerns. What has not happened yet is a count of 0: a panel tells it from what nobody counts. */
export function serviceObserver(consumer: string, { metrics, log, clock, concern }: Observing): ConsumerObserver {
  for (const outcome of SNAPSHOT_OUTCOMES) metrics.count('ballast_snapshots_total', { outcome }, 0);
  metrics.count('ballast_redeliveries_total', { consumer }, 0);
  return {
    recovered: (partition, messages, elapsedMs) => {
      metrics.set('ballast_recovery_seconds', { partition: String(partition) }, elapsedMs / MS_PER_S);
      metrics.set('ballast_recovery_messages', { partition: String(partition) }, messages);
      log.info({ partition, messages, elapsedMs: Math.round(elapsedMs) }, 'folded the log');
    },
    folded: ({ stream, events, partition, sequence }) => {
      metrics.count('ballast_events_folded_total', { kind: stream.split('.', 2)[1] ?? stream }, events.length);
      metrics.set('ballast_log_sequence', { partition: String(partition) }, sequence);
    },
    snapshot: (outcome, elapsedMs, error) => {
      metrics.count('ballast_snapshots_total', { outcome });
      if (outcome === 'failed') log.warn({ err: error }, 'a snapshot could not be saved; it is tried again');
      if (outcome === 'failed' || outcome === 'saved') concern('snapshot', error && `could not be saved: ${error.message}; a start folds from the one before it, and a roll-over waits`);
      if (outcome === 'saved' || outcome === 'restored') metrics.observe('ballast_snapshot_seconds', { operation: outcome === 'saved' ? 'save' : 'restore' }, elapsedMs / MS_PER_S);
    },
    inHand: (count) => metrics.set('ballast_messages_in_hand', { consumer }, count),
    owned: (kind) => metrics.count('ballast_append_conflicts_total', { kind }, 0),
    conflicted: (kind) => metrics.count('ballast_append_conflicts_total', { kind }),
    handled: (record, attempts, heldMs) => {
      const tradeId = tradeOf(record);
      metrics.count('ballast_messages_handled_total', { consumer, outcome: 'acknowledged' });
      metrics.observe('ballast_handling_seconds', { consumer }, heldMs / MS_PER_S, tradeId);
      metrics.observe('ballast_event_age_seconds', { consumer }, Math.max(0, clock.now() - record.occurredAt) / MS_PER_S, tradeId);
      if (attempts > 1) metrics.count('ballast_redeliveries_total', { consumer }, attempts - 1);
    },
    retried: (partition, lane, error) => {
      metrics.count('ballast_messages_handled_total', { consumer, outcome: 'retried' });
      log.warn({ partition, lane, err: error }, 'a message could not be handled yet');
    },
    parkedLanes: (lanes) => {
      metrics.set('ballast_lanes_parked', { consumer }, lanes.length);
      concern('lanes', lanes.length === 0 ? undefined : `${lanes.length} wait for a person, see \`ballast dead list\`: ${named(lanes)}`);
    },
    dead: (partition, lane, reason) => {
      metrics.count('ballast_messages_handled_total', { consumer, outcome: 'dead' });
      metrics.count('ballast_dead_letters_total', { consumer, reason });
      log.error({ partition, lane, reason }, 'a message is a dead letter; see `ballast dead list`');
    },
  };
}

/** Counts and tells what the NATS server refused this process: it tried what the permission table does not allow. */
export function refusalObserver(metrics: Metrics, log: Logger): (refusal: Refusal) => void {
  for (const operation of OPERATIONS) metrics.count('ballast_permission_violations_total', { operation }, 0);
  return ({ operation, subject }) => {
    metrics.count('ballast_permission_violations_total', { operation });
    log.error({ operation, subject }, 'refused by the NATS server: the permission table does not allow it');
  };
}

/** One check over many things of a kind: concerns as long as one of them is away, and names those that are. */
export class AwayConcern {
  private readonly away = new Map<string, string>();

  constructor(
    private readonly check: string,
    private readonly concern: Concern,
  ) {}

  /** `detail` says how it is away; undefined = it is there. */
  say(name: string, detail: string | undefined): void {
    if (detail === undefined) this.away.delete(name);
    else this.away.set(name, `${name} ${detail}`);
    this.concern(this.check, this.away.size === 0 ? undefined : named([...this.away.values()].sort()));
  }
}

/** Watches the feed states that pass by, and names the feeds that are not up. */
export class FeedConcern {
  private readonly feeds: AwayConcern;

  constructor(concern: Concern) {
    this.feeds = new AwayConcern('feeds', concern);
  }

  /** Takes any market message; only feed states count. */
  see(subject: string, raw: unknown): void {
    if (!subject.startsWith(FEED)) return;
    const { instrument, state, reason } = readMarketMessage('feed', raw);
    this.feeds.say(instrument, state === 'UP' || state === 'RESYNCED' ? undefined : `${state}: ${reason}`);
  }
}

const named = (all: readonly string[]): string => `${all.slice(0, NAMED_MAX).join('; ')}${all.length > NAMED_MAX ? `; and ${all.length - NAMED_MAX} more` : ''}`;
