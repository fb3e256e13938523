/** What there is many of, and the most that one installation is sized for: what the number of lines of a metric is bounded by. */
export const DIMENSIONS = {
  bots: { bound: 10_000, means: 'bots of this process\'s partitions that are not deleted' },
  accounts: { bound: 10_000, means: 'accounts: one for each bot' },
  portfolios: { bound: 1_000, means: 'portfolios of this process\'s partitions' },
  instruments: { bound: 200, means: 'instruments that bots trade' },
  venues: { bound: 4, means: 'venues' },
  consumers: { bound: 1, means: 'consumers of one process: its service' },
  partitions: { bound: 8, means: 'partitions of the log' },
  kinds: { bound: 24, means: 'kinds of streams' },
  rules: { bound: 64, means: 'risk rules' },
  routes: { bound: 64, means: 'routes of the HTTP edge, each with its method' },
} as const;
export type Dimension = keyof typeof DIMENSIONS;

/** What a metric is, for code, dashboards and alerts alike. Units are in the name, as Prometheus has it. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What one is: `seconds`, `ratio` (0.001 = 0.1 %), `quote` (quote currency), `bps`, or what is counted. */
  readonly unit: string;
  /** The service that sets it, several with commas, or the library inside any service. */
  readonly owner: string;
  readonly labels: readonly string[];
  /** The most values of each label, in the order of `labels`: their product bounds the lines of one process. */
  readonly cardinality: readonly (Dimension | number)[];
  readonly help: string;
  /** Upper bounds of a histogram, in its unit, ascending. */
  readonly buckets?: readonly number[];
}

const HANDLING_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;
const AGE_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3600] as const;
const VENUE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60] as const;
const SNAPSHOT_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60] as const;
const IMBALANCE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 1] as const;
const SLIPPAGE_BUCKETS = [0, 1, 2.5, 5, 10, 20, 30, 40, 50, 60, 75, 100, 200] as const;

/**
 * Every metric of every service. Labels are bounded: services, consumers, bots, instruments, venues and outcomes; never
 * a trade, an order or a decision. Trading metrics inform; no rule reads them.
 */
export const METRICS = {
  ballast_messages_handled_total: { type: 'counter', unit: 'messages', owner: 'libs/bus', labels: ['consumer', 'outcome'], cardinality: ['consumers', 3], help: 'Messages handled, by how it ended: acknowledged, retried or dead' },
  ballast_handling_seconds: { type: 'histogram', unit: 'seconds', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'From taking a message to its acknowledgement', buckets: HANDLING_BUCKETS },
  ballast_event_age_seconds: { type: 'histogram', unit: 'seconds', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'Market time between an event and its handling', buckets: AGE_BUCKETS },
  ballast_redeliveries_total: { type: 'counter', unit: 'messages', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'Messages that came again' },
  ballast_dead_letters_total: { type: 'counter', unit: 'messages', owner: 'libs/bus', labels: ['consumer', 'reason'], cardinality: ['consumers', 3], help: 'Messages that could not be handled and lie in DEAD' },
  ballast_lanes_parked: { type: 'gauge', unit: 'lanes', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'Lanes that wait for a person' },
  ballast_messages_in_hand: { type: 'gauge', unit: 'messages', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'Messages received and not yet acknowledged' },
  ballast_events_folded_total: { type: 'counter', unit: 'events', owner: 'libs/bus', labels: ['kind'], cardinality: ['kinds'], help: 'Events folded, at recovery and live' },
  ballast_log_sequence: { type: 'gauge', unit: 'sequence', owner: 'libs/bus', labels: ['partition'], cardinality: ['partitions'], help: 'Last sequence of the partition that this process has folded, of what it reads' },
  ballast_partition_owned: { type: 'gauge', unit: 'boolean', owner: 'libs/bus', labels: ['partition'], cardinality: ['partitions'], help: '1 where this process owns the partition, 0 where another one does' },
  ballast_recovery_seconds: { type: 'gauge', unit: 'seconds', owner: 'libs/bus', labels: ['partition'], cardinality: ['partitions'], help: 'Wall time that the last start, or the last takeover of a partition, took to fold the log' },
  ballast_recovery_messages: { type: 'gauge', unit: 'messages', owner: 'libs/bus', labels: ['partition'], cardinality: ['partitions'], help: 'Messages folded at that start; the rest was in the snapshot' },
  ballast_snapshots_total: { type: 'counter', unit: 'snapshots', owner: 'libs/bus', labels: ['outcome'], cardinality: [5], help: 'Snapshots of the folds: saved, restored, unusable (another build, other folds or damaged: folded anew), failed (not saved, tried again later), or kept (a round of folds in advance, for what replicas may come to own)' },
  ballast_snapshot_seconds: { type: 'histogram', unit: 'seconds', owner: 'libs/bus', labels: ['operation'], cardinality: [2], help: 'Wall time to save or to restore a snapshot', buckets: SNAPSHOT_BUCKETS },
  ballast_append_conflicts_total: { type: 'counter', unit: 'decisions', owner: 'libs/bus', labels: ['kind'], cardinality: ['kinds'], help: 'Decisions that were made again because another came first' },
  ballast_permission_violations_total: { type: 'counter', unit: 'refusals', owner: 'libs/bus', labels: ['operation'], cardinality: [2], help: 'Publishes and subscriptions that the NATS server refused this process: it tried what the permission table does not allow' },
  ballast_market_skipped_total: { type: 'counter', unit: 'messages', owner: 'libs/bus', labels: ['consumer'], cardinality: ['consumers'], help: 'Market messages passed over because a newer one was there' },
  ballast_market_time_seconds: { type: 'gauge', unit: 'seconds', owner: 'libs/bus', labels: [], cardinality: [], help: 'Market time, as Unix time: what every rule reads as now' },
  ballast_event_loop_lag_seconds: { type: 'gauge', unit: 'seconds', owner: 'libs/observability', labels: [], cardinality: [], help: 'Longest delay of the own event loop since the last scrape or health check' },
  ballast_ready: { type: 'gauge', unit: 'boolean', owner: 'libs/observability', labels: ['condition'], cardinality: [8], help: '1 where this condition of readiness holds' },
  ballast_concern: { type: 'gauge', unit: 'boolean', owner: 'libs/observability', labels: ['check'], cardinality: [16], help: '1 where a person should look: lanes that wait, feeds or account streams that are away, inputs that sizing lacks; the detail is on /readyz' },
  ballast_build_info: { type: 'gauge', unit: 'info', owner: 'libs/observability', labels: ['service', 'version', 'commit', 'node'], cardinality: [1, 1, 1, 1], help: 'Always 1; what runs is in the labels' },
  ballast_spans_total: { type: 'counter', unit: 'spans', owner: 'libs/bus', labels: ['outcome'], cardinality: [2], help: 'Spans of traces: sent, or dropped because the collector did not take them; stays 0 where tracing is off' },
  ballast_cache_failures_total: { type: 'counter', unit: 'calls', owner: 'market-data', labels: ['service'], cardinality: [1], help: 'Calls to the start-up cache that failed; nothing waits for them' },
  ballast_http_requests_total: { type: 'counter', unit: 'requests', owner: 'operator', labels: ['route', 'method', 'status'], cardinality: ['routes', 1, 4], help: 'Requests to the HTTP edge, by route and by class of the answer: 2xx, 3xx, 4xx or 5xx' },
  ballast_http_request_seconds: { type: 'histogram', unit: 'seconds', owner: 'operator', labels: ['route', 'method'], cardinality: ['routes', 1], help: 'Wall time from a request to the end of its answer', buckets: HANDLING_BUCKETS },
  ballast_archive_age_seconds: { type: 'gauge', unit: 'seconds', owner: 'reporting', labels: [], cardinality: [], help: 'Wall time since the archive of the log was last written, +Inf where none was within an hour of the start; absent where ARCHIVE_DIR names none' },
  ballast_notifications_total: { type: 'counter', unit: 'messages', owner: 'reporting', labels: ['channel', 'outcome'], cardinality: [2, 3], help: 'Messages to people, by telegram or webhook: sent, failed (tried again) or given_up' },
  ballast_market_staleness_seconds: { type: 'gauge', unit: 'seconds', owner: 'market-data', labels: ['venue', 'instrument'], cardinality: ['venues', 'instruments'], help: 'Market time since the last book of an instrument' },
  ballast_market_gaps_total: { type: 'counter', unit: 'gaps', owner: 'market-data', labels: ['venue', 'instrument'], cardinality: ['venues', 'instruments'], help: 'Breaks in the sequence of a feed, each followed by a resync' },
  ballast_market_discarded_total: { type: 'counter', unit: 'messages', owner: 'market-data', labels: ['venue', 'instrument', 'reason'], cardinality: ['venues', 'instruments', 5], help: 'Market messages not passed on: a crossed or older book, a repeated or late trade, an interrupted candle' },
  ballast_venue_clock_skew_seconds: { type: 'gauge', unit: 'seconds', owner: 'market-data', labels: ['venue'], cardinality: ['venues'], help: 'Venue time of the newest book less market time when it came: above 0 the own clock is behind the venue\'s' },
  ballast_venue_calls_total: { type: 'counter', unit: 'calls', owner: 'libs/venues', labels: ['venue', 'call', 'outcome'], cardinality: ['venues', 21, 4], help: 'Calls that were made to a venue, by outcome: accepted, refused, unknown or limited; what was skipped for want of budget is not among them' },
  ballast_venue_call_seconds: { type: 'histogram', unit: 'seconds', owner: 'libs/venues', labels: ['venue', 'call'], cardinality: ['venues', 21], help: 'Wall time of a call to a venue, without what it waited for the budget', buckets: VENUE_BUCKETS },
  ballast_venue_call_budget_left: { type: 'gauge', unit: 'weight', owner: 'libs/venues', labels: ['venue', 'bucket', 'priority'], cardinality: ['venues', 2, 5], help: 'Weight that the share of this priority had when it last asked; a trade may take those of priorities 3 to 5 beside its own; negative = debt of cancels' },
  ballast_venue_call_weight_total: { type: 'counter', unit: 'weight', owner: 'libs/venues', labels: ['venue', 'bucket', 'call', 'priority'], cardinality: ['venues', 2, 21, 2], help: 'Weight of the calls that a venue did not limit, by the priority that they went at (R82, R86)' },
  ballast_venue_calls_skipped_total: { type: 'counter', unit: 'calls', owner: 'libs/venues', labels: ['venue', 'call', 'priority'], cardinality: ['venues', 12, 5], help: 'Calls not made because the budget is saved for trades and protection (R82)' },
  ballast_venue_call_backoff_seconds: { type: 'gauge', unit: 'seconds', owner: 'libs/venues', labels: ['venue', 'bucket', 'priority'], cardinality: ['venues', 2, 5], help: 'Backoff after the venue limited the rate, 0 = none (C-63)' },
  ballast_venue_call_budget_local: { type: 'gauge', unit: 'boolean', owner: 'libs/venues', labels: ['venue'], cardinality: ['venues'], help: '1 where this process keeps to its own part of the call budget because the shared one is away; absent where there is none to share' },
  ballast_accounts_watched: { type: 'gauge', unit: 'accounts', owner: 'libs/venues', labels: ['venue', 'zone'], cardinality: ['venues', 4], help: 'Protected accounts by distance to liquidation: danger, near, watch, far (W-22)' },
  ballast_account_refresh_reachable_seconds: { type: 'gauge', unit: 'seconds', owner: 'libs/venues', labels: ['venue', 'zone'], cardinality: ['venues', 4], help: 'Interval at which the call budget allows the accounts of a zone to be asked for, the danger zone first' },
  ballast_signal_to_order_seconds: { type: 'histogram', unit: 'seconds', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Market time from the signal of a trade to its first order', buckets: LATENCY_BUCKETS },
  ballast_order_ack_seconds: { type: 'histogram', unit: 'seconds', owner: 'execution', labels: ['venue', 'outcome'], cardinality: ['venues', 2], help: 'Wall time from an order that is durable to the venue\'s word on it: accepted or rejected; look-ups after a doubt are in it', buckets: VENUE_BUCKETS },
  ballast_orders_total: { type: 'counter', unit: 'orders', owner: 'reporting', labels: ['bot', 'outcome'], cardinality: ['bots', 4], help: 'Orders that ended: filled, cancelled (in whole or for the rest), rejected (by the rules of the venue), failed. Execution success is 1 - failed / all (R59, C-14)' },
  ballast_order_refusals_total: { type: 'counter', unit: 'orders', owner: 'reporting', labels: ['bot', 'by', 'reason'], cardinality: ['bots', 3, 16], help: 'Orders refused: by the contract terms before they were sent, by execution that kept them back since trading was halted, their trade was over or they had waited for too long, or by the venue, with the reason' },
  ballast_open_orders: { type: 'gauge', unit: 'orders', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Orders that rest or are on their way' },
  ballast_fills_total: { type: 'counter', unit: 'fills', owner: 'reporting', labels: ['bot', 'instrument', 'liquidity'], cardinality: ['bots', 2, 2], help: 'Fills, as maker and as taker' },
  ballast_turnover_quote_total: { type: 'counter', unit: 'quote', owner: 'reporting', labels: ['bot', 'liquidity'], cardinality: ['bots', 2], help: 'Fills at fill prices; maker share is MAKER / all' },
  ballast_round_ordered_quote_total: { type: 'counter', unit: 'quote', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'What the trades that are over set out to trade, in and out, at reference prices; below filled, the fill rate: filled / ordered (C-14, R43, R44)' },
  ballast_round_filled_quote_total: { type: 'counter', unit: 'quote', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'What of it was filled, as maker or by IOC' },
  ballast_slippage_bps: { type: 'histogram', unit: 'bps', owner: 'reporting', labels: ['bot', 'measure'], cardinality: ['bots', 2], help: 'Slippage of an entry, estimated and realised, weighted over its legs, against the best opposing price; an improvement counts as 0', buckets: SLIPPAGE_BUCKETS },
  ballast_slippage_mean_bps: { type: 'gauge', unit: 'bps', owner: 'reporting', labels: ['bot', 'measure'], cardinality: ['bots', 2], help: 'Mean of the last 100 entries, estimated and realised, improvements below 0 (C-56); absent while the bot is stopped' },
  ballast_hedge_imbalance_ratio: { type: 'histogram', unit: 'ratio', owner: 'reporting', labels: ['bot', 'stage'], cardinality: ['bots', 4], help: 'Difference of the leg notionals over the smaller one, planned and filled', buckets: IMBALANCE_BUCKETS },
  ballast_cycles_total: { type: 'counter', unit: 'trades', owner: 'reporting', labels: ['bot', 'outcome'], cardinality: ['bots', 3], help: 'Trades that ended, by outcome' },
  ballast_unwinds_total: { type: 'counter', unit: 'unwinds', owner: 'execution', labels: ['bot', 'outcome'], cardinality: ['bots', 2], help: 'Unwinds of trades: started, and stuck as often as one, or an exit, had not ended in its time' },
  ballast_naked_notional_quote_seconds_total: { type: 'counter', unit: 'quote seconds', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Unhedged notional times the seconds it was open' },
  ballast_unguarded_position_seconds_total: { type: 'counter', unit: 'seconds', owner: 'execution, collateral', labels: ['bot', 'reason'], cardinality: ['bots', 2], help: 'Market time that a position was open without what guards it: no_stop (no fresh book says whether the stop of a held leg is reached) or no_account_state (the venue has not been seen for two intervals)' },
  ballast_realised_pnl_quote: { type: 'gauge', unit: 'quote', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Realised result since the bot began, before fees and funding' },
  ballast_fees_quote: { type: 'gauge', unit: 'quote', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Fees paid less rebates since the bot began' },
  ballast_funding_quote: { type: 'gauge', unit: 'quote', owner: 'reporting', labels: ['bot'], cardinality: ['bots'], help: 'Funding received less paid since the bot began' },
  ballast_equity_quote: { type: 'gauge', unit: 'quote', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Collateral plus unrealised result' },
  ballast_collateral_quote: { type: 'gauge', unit: 'quote', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Eligible collateral: without protection deposits and what the treasury has set aside' },
  ballast_position_notional_quote: { type: 'gauge', unit: 'quote', owner: 'collateral', labels: ['bot', 'instrument'], cardinality: ['bots', 2], help: 'Position at its mark price, as observed; negative is short' },
  ballast_account_leverage_ratio: { type: 'gauge', unit: 'ratio', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Gross notional over eligible collateral' },
  ballast_distance_to_liquidation_ratio: { type: 'gauge', unit: 'ratio', owner: 'collateral', labels: ['bot', 'instrument'], cardinality: ['bots', 2], help: 'Adverse price move to liquidation, signed (C-59)' },
  ballast_account_observation_age_seconds: { type: 'gauge', unit: 'seconds', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Market time since the venue last answered for the account' },
  ballast_reconciliations_total: { type: 'counter', unit: 'comparisons', owner: 'execution', labels: ['account', 'outcome'], cardinality: ['accounts', 2], help: 'Comparisons of an account at the venue with the log: agreed or different' },
  ballast_reconciliation_differences_total: { type: 'counter', unit: 'differences', owner: 'reporting', labels: ['account', 'kind'], cardinality: ['accounts', 8], help: 'Differences between the log and the venue; must stay 0' },
  ballast_reconciliation_open_differences: { type: 'gauge', unit: 'differences', owner: 'execution', labels: ['account'], cardinality: ['accounts'], help: 'Differences between the log and the venue that stand now; must be 0' },
  ballast_sizing_input_missing: { type: 'gauge', unit: 'boolean', owner: 'sizing', labels: ['bot', 'input'], cardinality: ['bots', 2], help: '1 where the bot\'s last signal came to nothing because its account\'s state or its record was missing; absent once the bot is stopped' },
  ballast_plans_infeasible_total: { type: 'counter', unit: 'plans', owner: 'reporting', labels: ['bot', 'reason'], cardinality: ['bots', 16], help: 'Signals that no plan could meet, by reason: thin books among them (R29)' },
  ballast_risk_decisions_total: { type: 'counter', unit: 'plans', owner: 'reporting', labels: ['portfolio', 'outcome', 'rule'], cardinality: ['portfolios', 2, 'rules'], help: 'Plans judged, with the rule that binds' },
  ballast_rule_evaluations_total: { type: 'counter', unit: 'evaluations', owner: 'risk', labels: ['rule', 'result'], cardinality: ['rules', 4], help: 'Risk rules evaluated, by result: pass, warn, refuse or missing_input' },
  ballast_rule_nearest_distance_ratio: { type: 'gauge', unit: 'ratio', owner: 'risk', labels: ['portfolio', 'rule'], cardinality: ['portfolios', 'rules'], help: 'Smallest distance to its limit, over the limit, that a plan ever had; negative beyond it' },
  ballast_rule_stale: { type: 'gauge', unit: 'boolean', owner: 'risk', labels: ['portfolio', 'rule'], cardinality: ['portfolios', 'rules'], help: '1 where a rule that is in force has not run for its period' },
  ballast_trading_state: { type: 'gauge', unit: 'state', owner: 'reporting', labels: ['portfolio', 'scope'], cardinality: ['portfolios', 'bots'], help: '0 ACTIVE, 1 REDUCING, 2 HALTED, for what was ever halted or reduced; scope is portfolio, bot/<bot> or instrument/<instrument>' },
  ballast_hard_stop_tripped: { type: 'gauge', unit: 'boolean', owner: 'risk', labels: ['portfolio', 'scope', 'stop'], cardinality: ['portfolios', 'bots', 5], help: '1 where a hard stop is latched, 0 where it is armed; scope is portfolio or bot/<bot> (R111)' },
  ballast_ladder_rung: { type: 'gauge', unit: 'place', owner: 'risk', labels: ['portfolio', 'ladder', 'rung'], cardinality: ['portfolios', 1, 1], help: 'The rung that a portfolio is on, by its place on the ladder, 1 for the first; 0 where the profile has no such rung any more (R27)' },
  ballast_portfolio_equity_quote: { type: 'gauge', unit: 'quote', owner: 'risk', labels: ['portfolio'], cardinality: ['portfolios'], help: 'Equity that the hard stops judge: transfers taken out, positions at the newest marks' },
  ballast_drawdown_ratio: { type: 'gauge', unit: 'ratio', owner: 'risk', labels: ['portfolio'], cardinality: ['portfolios'], help: 'Fall from the peak of that equity (R111)' },
  ballast_daily_volume_quote: { type: 'gauge', unit: 'quote', owner: 'reporting', labels: ['portfolio'], cardinality: ['portfolios'], help: 'Notional traded in this UTC day of market time (R23)' },
  ballast_daily_volume_bound_quote: { type: 'gauge', unit: 'quote', owner: 'risk', labels: ['portfolio', 'bound'], cardinality: ['portfolios', 2], help: 'Plan volume of a day: target, what the gate of the rung asks for on average; most, where the day stops (R23)' },
  ballast_treasury_funds_usd: { type: 'gauge', unit: 'quote', owner: 'collateral', labels: ['portfolio', 'fund'], cardinality: ['portfolios', 4], help: 'What a treasury holds, by fund: trading, chest, operating or withdrawal (R96, R102)' },
  ballast_protection_deposited_quote: { type: 'gauge', unit: 'quote', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Deposited to keep the position from liquidation (R66)' },
  ballast_protection_distance_ratio: { type: 'gauge', unit: 'ratio', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: 'Signed distance to liquidation of the position that is nearest, at the last judgement (C-59)' },
  ballast_protection_in_danger: { type: 'gauge', unit: 'boolean', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: '1 where the distance is below the trigger' },
  ballast_protection_actions_total: { type: 'counter', unit: 'events', owner: 'collateral', labels: ['bot', 'action'], cardinality: ['bots', 16], help: 'What protection decided and did, by kind: Deposited, Withdrawn, TransferRefused, Exhausted and so on' },
  ballast_protection_venue_frozen: { type: 'gauge', unit: 'boolean', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: '1 where the venue last said that it moves no collateral' },
  ballast_protection_stale: { type: 'gauge', unit: 'boolean', owner: 'collateral', labels: ['bot'], cardinality: ['bots'], help: '1 where the position was in danger when last seen, and is not seen any more (C-70)' },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;
type NamesOf<Type extends MetricSpec['type']> = { [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never }[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
/** Exactly the labels of a metric, each with a text. */
export type LabelsOf<Name extends MetricName> = { readonly [Label in (typeof METRICS)[Name]['labels'][number]]: string };
