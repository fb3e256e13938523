import { type AlertGroup, type AlertOf, DAY, grew, HOUR, MINUTE } from './alert.js';

const LIMITS: readonly AlertOf[] = [
  {
    name: 'HardStopTripped', severity: 'page', holdsFor: 0,
    summary: 'Hard stop {{ $labels.stop }} of {{ $labels.portfolio }} ({{ $labels.scope }}) is latched',
    description: 'A non-negotiable limit was met (R111). The scope takes no new risk until a person has reset it.',
    expr: () => 'max by (portfolio, scope, stop) (ballast_hard_stop_tripped) == 1',
    fires: { series: { 'ballast_hard_stop_tripped{portfolio="p",scope="portfolio",stop="DAY"}': '0x5 1x5' }, at: '8m', fire: [{ portfolio: 'p', scope: 'portfolio', stop: 'DAY' }] },
    quiet: { series: { 'ballast_hard_stop_tripped{portfolio="p",scope="portfolio",stop="DAY"}': '0x10' }, at: '8m' },
  },
  {
    name: 'TradingHalted', severity: 'ticket', holdsFor: 0,
    summary: 'Trading of {{ $labels.portfolio }} ({{ $labels.scope }}) is halted',
    description: 'Nothing new is opened in this scope and what rests is cancelled, until a person resumes it.',
    expr: () => 'max by (portfolio, scope) (ballast_trading_state) == 2',
    fires: { series: { 'ballast_trading_state{portfolio="p",scope="portfolio"}': '0x10', 'ballast_trading_state{portfolio="p",scope="bot/b"}': '0x5 2x5' }, at: '8m', fire: [{ portfolio: 'p', scope: 'bot/b' }] },
    quiet: { series: { 'ballast_trading_state{portfolio="p",scope="portfolio"}': '1x10' }, at: '8m' },
  },
  {
    name: 'RuleSilent', severity: 'ticket', holdsFor: MINUTE,
    summary: 'Rule {{ $labels.rule }} of {{ $labels.portfolio }} is in force and does not run',
    description: 'No plan has asked it for its period. A rule that nobody asks protects nobody.',
    expr: () => 'max by (portfolio, rule) (ballast_rule_stale) == 1',
    fires: { series: { 'ballast_rule_stale{portfolio="p",rule="depth"}': '1x10' }, at: '5m', fire: [{ portfolio: 'p', rule: 'depth' }] },
    quiet: { series: { 'ballast_rule_stale{portfolio="p",rule="depth"}': '0x3 1 0x6' }, at: '5m' },
  },
  {
    name: 'SizingInputMissing', severity: 'ticket', holdsFor: 10 * MINUTE,
    summary: 'Sizing of {{ $labels.bot }} lacks its {{ $labels.input }}',
    description: 'The signals of the bot come to nothing.',
    expr: () => 'max by (bot, input) (ballast_sizing_input_missing) == 1',
    fires: { series: { 'ballast_sizing_input_missing{bot="b",input="account"}': '1x20' }, at: '15m', fire: [{ bot: 'b', input: 'account' }] },
    quiet: { series: { 'ballast_sizing_input_missing{bot="b",input="account"}': '1x4 0 1x15' }, at: '14m' },
  },
];

const QUALITY: readonly AlertOf[] = [
  {
    name: 'SlippageWarn', severity: 'ticket', holdsFor: 0,
    summary: 'Expected slippage of plans is beyond the warning of their stage ({{ $labels.result }})',
    description: 'The risk rule warns at 30 bps in stages 1 and 2, 40 in 3 and 4, 50 in 5 and 6, 60 in 7 (R51), and refuses further on.',
    expr: (span) => `${grew('ballast_rule_evaluations_total{rule="slippage",result=~"warn|refuse"}', span, 15 * MINUTE, ['result'])} > 0`,
    fires: { series: { up: '1x20', 'ballast_rule_evaluations_total{rule="slippage",result="warn"}': '_x16 1x20' }, at: '18m', fire: [{ result: 'warn' }] },
    quiet: { series: { 'ballast_rule_evaluations_total{rule="slippage",result="warn"}': '3x40', 'ballast_rule_evaluations_total{rule="slippage",result="pass"}': '0+1x40' }, at: '30m' },
  },
  {
    name: 'SlippageAverageHigh', severity: 'ticket', holdsFor: 5 * MINUTE,
    summary: 'Entries of {{ $labels.bot }} slip by more than 50 bps on average',
    description: 'The mean of the last 100 entries is above the target of 50 bps (C-56, R59).',
    expr: () => 'max by (bot) (ballast_slippage_mean_bps{measure="realised"}) > 50',
    fires: { series: { 'ballast_slippage_mean_bps{bot="b",measure="realised"}': '51x20' }, at: '10m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_slippage_mean_bps{bot="b",measure="realised"}': '50x20', 'ballast_slippage_mean_bps{bot="b",measure="estimated"}': '70x20' }, at: '10m' },
  },
  {
    name: 'HedgeImbalance', severity: 'ticket', holdsFor: 0,
    summary: 'Filled legs of {{ $labels.bot }} differ by more than 0.1 %',
    description: 'Legs at their reference prices, as filled, are out of balance beyond the target (R43).',
    expr: (span) => `sum by (bot) (increase(ballast_hedge_imbalance_ratio_count{stage="filled_at_reference"}[${span(HOUR)}])) - sum by (bot) (increase(ballast_hedge_imbalance_ratio_bucket{stage="filled_at_reference",le="0.001"}[${span(HOUR)}])) > 0.5`,
    fires: { series: { 'ballast_hedge_imbalance_ratio_count{bot="b",stage="filled_at_reference"}': '5x10 7x20', 'ballast_hedge_imbalance_ratio_bucket{bot="b",stage="filled_at_reference",le="0.001"}': '5x10 6x20' }, at: '20m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_hedge_imbalance_ratio_count{bot="b",stage="filled_at_reference"}': '5x10 7x20', 'ballast_hedge_imbalance_ratio_bucket{bot="b",stage="filled_at_reference",le="0.001"}': '5x10 7x20' }, at: '20m' },
  },
  {
    name: 'FillRateBelowTarget', severity: 'ticket', holdsFor: 0,
    summary: 'Fill rate of {{ $labels.bot }} is below 95 %',
    description: 'Of what the trades that ended in six hours set out to trade, less than 95 % was filled (R43).',
    expr: (span) => `sum by (bot) (increase(ballast_round_filled_quote_total[${span(6 * HOUR)}])) / sum by (bot) (increase(ballast_round_ordered_quote_total[${span(6 * HOUR)}])) < 0.95`,
    fires: { series: { 'ballast_round_filled_quote_total{bot="b"}': '0+93x60', 'ballast_round_ordered_quote_total{bot="b"}': '0+100x60' }, at: '30m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_round_filled_quote_total{bot="b"}': '0+96x60', 'ballast_round_ordered_quote_total{bot="b"}': '0+100x60' }, at: '30m' },
  },
  {
    name: 'FillRateBelowFloor', severity: 'page', holdsFor: 0,
    summary: 'Fill rate of {{ $labels.bot }} is below 90 %: roll back',
    description: 'Of what the trades that ended in an hour set out to trade, less than 90 % was filled (R44).',
    expr: (span) => `sum by (bot) (increase(ballast_round_filled_quote_total[${span(HOUR)}])) / sum by (bot) (increase(ballast_round_ordered_quote_total[${span(HOUR)}])) < 0.9`,
    fires: { series: { 'ballast_round_filled_quote_total{bot="b"}': '0+89x60', 'ballast_round_ordered_quote_total{bot="b"}': '0+100x60' }, at: '30m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_round_filled_quote_total{bot="b"}': '0+91x60', 'ballast_round_ordered_quote_total{bot="b"}': '0+100x60' }, at: '30m' },
  },
  {
    name: 'ExecutionSuccessLow', severity: 'ticket', holdsFor: 0,
    summary: 'Less than 99.5 % of the orders of a day went through',
    description: 'Execution success is 1 - failed / all orders that ended (R59).',
    expr: (span) => `sum(increase(ballast_orders_total{outcome="failed"}[${span(DAY)}])) / sum(increase(ballast_orders_total[${span(DAY)}])) > 0.005`,
    fires: { series: { 'ballast_orders_total{bot="b",outcome="failed"}': '0+1x60', 'ballast_orders_total{bot="b",outcome="filled"}': '0+99x60' }, at: '10m' },
    quiet: { series: { 'ballast_orders_total{bot="b",outcome="failed"}': '0+1x60', 'ballast_orders_total{bot="b",outcome="filled"}': '0+399x60' }, at: '10m' },
  },
  {
    name: 'ThinLiquidity', severity: 'ticket', holdsFor: 0,
    summary: 'Books are too thin for {{ $labels.bot }} ({{ $labels.reason }})',
    description: 'Three signals and more within a quarter of an hour found no plan, because the depth of the book or the slippage it means forbids it (R29).',
    expr: (span) => `sum by (bot, reason) (increase(ballast_plans_infeasible_total{reason=~"DEPTH|SLIPPAGE"}[${span(15 * MINUTE)}])) > 2.5`,
    fires: { series: { 'ballast_plans_infeasible_total{bot="b",reason="DEPTH"}': '0x5 1+1x20' }, at: '15m', fire: [{ bot: 'b', reason: 'DEPTH' }] },
    quiet: { series: { 'ballast_plans_infeasible_total{bot="b",reason="DEPTH"}': '0x5 1x20', 'ballast_plans_infeasible_total{bot="b",reason="EXPIRED"}': '0+5x30' }, at: '15m' },
  },
];

const EXPOSURE: readonly AlertOf[] = [
  {
    name: 'UnguardedPosition', severity: 'page', holdsFor: 0,
    summary: 'A position of {{ $labels.bot }} is open without its guard ({{ $labels.reason }})',
    description: 'No fresh book says whether its stop is reached, or the venue has not been seen for two intervals.',
    expr: (span) => `${grew('ballast_unguarded_position_seconds_total', span, 5 * MINUTE, ['bot', 'reason'])} > 0`,
    fires: { series: { 'ballast_unguarded_position_seconds_total{bot="b",reason="no_stop"}': '0x5 1+60x5' }, at: '8m', fire: [{ bot: 'b', reason: 'no_stop' }] },
    quiet: { series: { 'ballast_unguarded_position_seconds_total{bot="b",reason="no_stop"}': '60x20' }, at: '15m' },
  },
  {
    name: 'LegUnwound', severity: 'ticket', holdsFor: 0,
    summary: 'A trade of {{ $labels.bot }} lost a leg and is unwound',
    description: 'One leg was filled and the other one was not in its time.',
    expr: (span) => `${grew('ballast_unwinds_total{outcome="started"}', span, 10 * MINUTE, ['bot'])} > 0`,
    fires: { series: { up: '1x6 0 1x10', process_start_time_seconds: '0x6 _ 360x10', 'ballast_unwinds_total{bot="b",outcome="started"}': '1x6 _ 1x10' }, at: '12m', fire: [{ bot: 'b' }] },
    quiet: { series: { up: '1x6 0x6 1x10', process_start_time_seconds: '0x6 stale _x5 0x10', 'ballast_unwinds_total{bot="b",outcome="started"}': '2x6 stale _x5 2x10' }, at: '20m' },
  },
  {
    name: 'UnwindStuck', severity: 'page', holdsFor: 0,
    summary: 'An unwind or an exit of {{ $labels.bot }} does not end',
    description: 'A position that should be gone is still there.',
    expr: (span) => `${grew('ballast_unwinds_total{outcome="stuck"}', span, 10 * MINUTE, ['bot'])} > 0`,
    fires: { series: { up: '1x20', 'ballast_unwinds_total{bot="b",outcome="stuck"}': '_x11 1x10' }, at: '13m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_unwinds_total{bot="b",outcome="started"}': '0x5 1x10', 'ballast_unwinds_total{bot="b",outcome="stuck"}': '1x30' }, at: '20m' },
  },
  {
    name: 'RejectStorm', severity: 'page', holdsFor: MINUTE,
    summary: 'The venue rejects more than a fifth of all orders',
    description: 'Its terms may have changed, or what is sent is wrong. Makers that would have taken do not count: they are meant to be rejected. Nor does what the venue never had: what got lost, and what execution kept back.',
    expr: (span) => `sum(rate(ballast_order_refusals_total{by="venue",reason!~"postOnly|notFound"}[${span(5 * MINUTE)}])) / sum(rate(ballast_orders_total[${span(5 * MINUTE)}])) > 0.2`,
    fires: { series: { 'ballast_order_refusals_total{bot="b",by="venue",reason="margin"}': '0+3x20', 'ballast_orders_total{bot="b",outcome="rejected"}': '0+3x20', 'ballast_orders_total{bot="b",outcome="filled"}': '0+7x20' }, at: '10m' },
    quiet: { series: { 'ballast_order_refusals_total{bot="b",by="venue",reason="postOnly"}': '0+3x20', 'ballast_order_refusals_total{bot="b",by="venue",reason="notFound"}': '0+3x20', 'ballast_order_refusals_total{bot="b",by="execution",reason="late"}': '0+3x20', 'ballast_order_refusals_total{bot="b",by="contract",reason="QUANTITY_OFF_LOT"}': '0+3x20', 'ballast_orders_total{bot="b",outcome="rejected"}': '0+3x20', 'ballast_orders_total{bot="b",outcome="filled"}': '0+7x20' }, at: '10m' },
  },
  {
    name: 'ReconciliationDifference', severity: 'page', holdsFor: 0,
    summary: 'Account {{ $labels.account }} at the venue is not what the log says',
    description: 'A difference was found or stands still; it must be 0.',
    expr: (span) => `max by (account) (ballast_reconciliation_open_differences) > 0 or ${grew('ballast_reconciliation_differences_total', span, 5 * MINUTE, ['account'])} > 0`,
    fires: { series: { up: '1x10', 'ballast_reconciliation_differences_total{account="a",kind="POSITION"}': '_x5 1x10' }, at: '8m', fire: [{ account: 'a' }] },
    quiet: { series: { 'ballast_reconciliation_open_differences{account="a"}': '1x3 0x10', 'ballast_reconciliation_differences_total{account="a",kind="POSITION"}': '1x20' }, at: '12m' },
  },
];

export const TRADING_GROUPS: readonly AlertGroup[] = [
  { name: 'limits', recorded: [], alerts: LIMITS },
  { name: 'trading-quality', recorded: [], alerts: QUALITY },
  { name: 'exposure', recorded: [], alerts: EXPOSURE },
];
