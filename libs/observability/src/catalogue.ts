/** What a metric is, for code, dashboards and alerts alike. Units are in the name, as Prometheus has it. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What one is: `seconds`, `ratio` (0.001 = 0.1 %), `quote` (quote currency), `bps`, or what is counted. */
  readonly unit: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds of a histogram, in its unit, ascending. */
  readonly buckets?: readonly number[];
}

const HANDLING_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;
const AGE_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3600] as const;
const VENUE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
const IMBALANCE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 1] as const;

/**
 * Every metric of every service. Labels are bounded: services, consumers, bots, instruments, venues and outcomes; never
 * a trade, an order or a decision. Trading metrics inform; no rule reads them.
 */
export const METRICS = {
  ballast_messages_handled_total: { type: 'counter', unit: 'messages', labels: ['consumer', 'outcome'], help: 'Messages handled, by how it ended: acknowledged, retried or dead' },
  ballast_handling_seconds: { type: 'histogram', unit: 'seconds', labels: ['consumer'], help: 'From taking a message to its acknowledgement', buckets: HANDLING_BUCKETS },
  ballast_event_age_seconds: { type: 'histogram', unit: 'seconds', labels: ['consumer'], help: 'Market time between an event and its handling', buckets: AGE_BUCKETS },
  ballast_redeliveries_total: { type: 'counter', unit: 'messages', labels: ['consumer'], help: 'Messages that came again' },
  ballast_dead_letters_total: { type: 'counter', unit: 'messages', labels: ['consumer', 'reason'], help: 'Messages that could not be handled and lie in DEAD' },
  ballast_lanes_parked: { type: 'gauge', unit: 'lanes', labels: ['consumer'], help: 'Lanes that wait for a person' },
  ballast_events_folded_total: { type: 'counter', unit: 'events', labels: ['kind'], help: 'Events folded, at recovery and live' },
  ballast_append_conflicts_total: { type: 'counter', unit: 'decisions', labels: ['kind'], help: 'Decisions that were made again because another came first' },
  ballast_event_loop_lag_seconds: { type: 'gauge', unit: 'seconds', labels: [], help: 'Longest delay of the own event loop since the last scrape or health check' },
  ballast_ready: { type: 'gauge', unit: 'boolean', labels: ['condition'], help: '1 where this condition of readiness holds' },
  ballast_concern: { type: 'gauge', unit: 'boolean', labels: ['check'], help: '1 where a person should look: lanes that wait, feeds or account streams that are away, inputs that sizing lacks; the detail is on /readyz' },
  ballast_build_info: { type: 'gauge', unit: 'info', labels: ['service', 'version', 'commit', 'node'], help: 'Always 1; what runs is in the labels' },
  ballast_market_staleness_seconds: { type: 'gauge', unit: 'seconds', labels: ['venue', 'instrument'], help: 'Market time since the last book of an instrument' },
  ballast_market_gaps_total: { type: 'counter', unit: 'gaps', labels: ['venue', 'instrument'], help: 'Breaks in the sequence of a feed, each followed by a resync' },
  ballast_market_discarded_total: { type: 'counter', unit: 'messages', labels: ['venue', 'instrument', 'reason'], help: 'Market messages not passed on: a crossed or older book, a repeated or late trade, an interrupted candle' },
  ballast_cache_failures_total: { type: 'counter', unit: 'calls', labels: ['service'], help: 'Calls to the start-up cache that failed; nothing waits for them' },
  ballast_account_observation_age_seconds: { type: 'gauge', unit: 'seconds', labels: ['bot'], help: 'Market time since the venue last answered for the account' },
  ballast_market_skipped_total: { type: 'counter', unit: 'messages', labels: ['consumer'], help: 'Market messages passed over because a newer one was there' },
  ballast_hedge_imbalance_ratio: { type: 'histogram', unit: 'ratio', labels: ['bot', 'stage'], help: 'Difference of the leg notionals over the smaller one, planned and filled', buckets: IMBALANCE_BUCKETS },
  ballast_cycles_total: { type: 'counter', unit: 'trades', labels: ['bot', 'outcome'], help: 'Trades that ended, by outcome' },
  ballast_unwinds_total: { type: 'counter', unit: 'unwinds', labels: ['bot', 'outcome'], help: 'Unwinds of trades: started, and stuck as often as one, or an exit, had not ended in its time' },
  ballast_fills_total: { type: 'counter', unit: 'fills', labels: ['bot', 'instrument', 'liquidity'], help: 'Fills, as maker and as taker' },
  ballast_fees_quote_total: { type: 'gauge', unit: 'quote', labels: ['bot'], help: 'Fees paid less rebates since the bot began' },
  ballast_naked_notional_quote_seconds: { type: 'counter', unit: 'quote seconds', labels: ['bot'], help: 'Unhedged notional times the seconds it was open' },
  ballast_account_leverage_ratio: { type: 'gauge', unit: 'ratio', labels: ['bot'], help: 'Gross notional over eligible collateral' },
  ballast_distance_to_liquidation_ratio: { type: 'gauge', unit: 'ratio', labels: ['bot', 'instrument'], help: 'Adverse price move to liquidation, signed (C-59)' },
  ballast_equity_quote: { type: 'gauge', unit: 'quote', labels: ['bot'], help: 'Collateral plus unrealised result' },
  ballast_daily_volume_quote: { type: 'gauge', unit: 'quote', labels: ['portfolio'], help: 'Notional traded in this UTC day of market time (R23)' },
  ballast_open_orders: { type: 'gauge', unit: 'orders', labels: ['bot'], help: 'Orders that rest or are on their way' },
  ballast_sizing_input_missing: { type: 'gauge', unit: 'boolean', labels: ['bot', 'input'], help: '1 where the bot\'s last signal came to nothing because its account\'s state or its record was missing' },
  ballast_risk_decisions_total: { type: 'counter', unit: 'plans', labels: ['portfolio', 'outcome', 'rule'], help: 'Plans judged, with the rule that binds' },
  ballast_rule_evaluations_total: { type: 'counter', unit: 'evaluations', labels: ['rule', 'result'], help: 'Risk rules evaluated, by result: pass, warn, refuse or missing_input' },
  ballast_rule_nearest_distance_ratio: { type: 'gauge', unit: 'ratio', labels: ['portfolio', 'rule'], help: 'Smallest distance to its limit, over the limit, that a plan ever had; negative beyond it' },
  ballast_rule_stale: { type: 'gauge', unit: 'boolean', labels: ['portfolio', 'rule'], help: '1 where a rule that is in force has not run for its period' },
  ballast_hard_stop_tripped: { type: 'gauge', unit: 'boolean', labels: ['portfolio', 'scope', 'stop'], help: '1 where a hard stop is latched, 0 where it is armed; scope is portfolio or bot/<bot> (R111)' },
  ballast_ladder_rung: { type: 'gauge', unit: 'place', labels: ['portfolio', 'ladder', 'rung'], help: 'The rung that a portfolio is on, by its place on the ladder, 1 for the first; 0 where the profile has no such rung any more (R27)' },
  ballast_treasury_funds_usd: { type: 'gauge', unit: 'quote', labels: ['portfolio', 'fund'], help: 'What a treasury holds, by fund: trading, chest, operating or withdrawal (R96, R102)' },
  ballast_notifications_total: { type: 'counter', unit: 'messages', labels: ['channel', 'outcome'], help: 'Messages to people, by telegram or webhook: sent, failed (tried again) or given_up' },
  ballast_trading_state: { type: 'gauge', unit: 'state', labels: ['portfolio'], help: '0 ACTIVE, 1 REDUCING, 2 HALTED' },
  ballast_reconciliation_differences_total: { type: 'counter', unit: 'differences', labels: ['account', 'kind'], help: 'Differences between the log and the venue; must stay 0' },
  ballast_venue_calls_total: { type: 'counter', unit: 'calls', labels: ['venue', 'call', 'outcome'], help: 'Calls to a venue, by outcome: accepted, refused, unknown or limited' },
  ballast_venue_call_seconds: { type: 'histogram', unit: 'seconds', labels: ['venue', 'call'], help: 'Wall time of a call to a venue', buckets: VENUE_BUCKETS },
  ballast_venue_call_budget_left: { type: 'gauge', unit: 'weight', labels: ['venue', 'bucket', 'priority'], help: 'Weight of venue calls that a call of this priority could take when it last asked; negative = debt of cancels' },
  ballast_venue_calls_skipped_total: { type: 'counter', unit: 'calls', labels: ['venue', 'call', 'priority'], help: 'Calls not made because the budget is saved for trades and protection (R82)' },
  ballast_venue_call_backoff_seconds: { type: 'gauge', unit: 'seconds', labels: ['venue', 'bucket', 'priority'], help: 'Backoff after the venue limited the rate, 0 = none (C-63)' },
  ballast_venue_call_budget_local: { type: 'gauge', unit: 'boolean', labels: ['venue'], help: '1 where this process keeps to its own part of the call budget: no shared one, or it is away' },
  ballast_protection_deposited_quote: { type: 'gauge', unit: 'quote', labels: ['bot'], help: 'Deposited to keep the position from liquidation (R66)' },
  ballast_protection_distance_ratio: { type: 'gauge', unit: 'ratio', labels: ['bot'], help: 'Signed distance to liquidation of the position that is nearest, at the last judgement (C-59)' },
  ballast_protection_in_danger: { type: 'gauge', unit: 'boolean', labels: ['bot'], help: '1 where the distance is below the trigger' },
  ballast_protection_actions_total: { type: 'counter', unit: 'events', labels: ['bot', 'action'], help: 'What protection decided and did, by kind: Deposited, Withdrawn, TransferRefused, Exhausted and so on' },
  ballast_protection_venue_frozen: { type: 'gauge', unit: 'boolean', labels: ['bot'], help: '1 where the venue last said that it moves no collateral' },
  ballast_protection_stale: { type: 'gauge', unit: 'boolean', labels: ['bot'], help: '1 where the position was in danger when last seen, and is not seen any more (C-70)' },
  ballast_accounts_watched: { type: 'gauge', unit: 'accounts', labels: ['venue', 'zone'], help: 'Protected accounts by distance to liquidation: danger, near, watch, far (W-22)' },
  ballast_account_refresh_reachable_seconds: { type: 'gauge', unit: 'seconds', labels: ['venue', 'zone'], help: 'Interval at which the call budget allows the accounts of a zone to be asked for, the danger zone first' },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;
type NamesOf<Type extends MetricSpec['type']> = { [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never }[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
/** Exactly the labels of a metric, each with a text. */
export type LabelsOf<Name extends MetricName> = { readonly [Label in (typeof METRICS)[Name]['labels'][number]]: string };
