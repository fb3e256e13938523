import type { BoardOf } from './board.js';
import { rateOf, shareOf, spread } from './queries.js';

const BOT = '{bot=~"$bot"}';
const botWith = (more: string): string => `{bot=~"$bot",${more}}`;

/** What the desk looks at first: the result, its quality, and what stands open. */
export const TRADING: BoardOf = {
  uid: 'ballast-trading',
  title: 'Ballast: trading overview',
  description: 'The desk at a glance. Counters count from the start of the process that keeps them; the log has the whole (`ballast report`).',
  variables: [{ label: 'bot', of: 'ballast_equity_quote', many: true }],
  rows: [
    {
      title: 'Result',
      panels: [
        { title: 'Portfolio equity', description: 'What the hard stops judge: transfers taken out, positions at the newest marks', unit: 'quote', queries: [['ballast_portfolio_equity_quote', '{{portfolio}}']] },
        { title: 'Drawdown', description: 'Fall from the peak of that equity. Hard stop at 25 % (R111)', unit: 'ratio', queries: [['ballast_drawdown_ratio', '{{portfolio}}']], warnAt: 0.1, badAt: 0.25 },
        { title: 'Realised result', description: 'By bot, before fees and funding', unit: 'quote', queries: [[`ballast_realised_pnl_quote${BOT}`, '{{bot}}']] },
        { title: 'Fees and funding', description: 'Fees paid less rebates; funding received less paid', unit: 'quote', queries: [[`sum(ballast_fees_quote${BOT})`, 'fees'], [`sum(ballast_funding_quote${BOT})`, 'funding']] },
        { title: 'Volume of the day', description: 'Plan volume of this UTC day of market time, with its target and its limit (R23)', unit: 'quote', queries: [['ballast_daily_volume_quote', '{{portfolio}}'], ['ballast_daily_volume_bound_quote', '{{portfolio}} {{bound}}']] },
        { title: 'Turnover', description: 'Fills at fill prices, a second', unit: 'quote', queries: [[`sum by (liquidity) (${rateOf('ballast_turnover_quote_total', BOT)})`, '{{liquidity}}']] },
      ],
    },
    {
      title: 'Quality',
      panels: [
        { title: 'Fill rate', description: 'Filled over ordered of trades that are over: 95 % and more (R43), below 90 % roll back (R44)', unit: 'ratio', as: 'number', queries: [[shareOf(`ballast_round_filled_quote_total${BOT}`, `ballast_round_ordered_quote_total${BOT}`), 'fill rate']] },
        { title: 'Cycle success', description: 'Trades that ended as planned among all that ended: 95 % and more (R43)', unit: 'ratio', as: 'number', queries: [[shareOf(`ballast_cycles_total${botWith('outcome="COMPLETED"')}`, `ballast_cycles_total${BOT}`), 'completed']] },
        { title: 'Execution success', description: 'Orders that did not fail: above 99.5 % (R59)', unit: 'ratio', as: 'number', queries: [[`1 - (sum(ballast_orders_total${botWith('outcome="failed"')}) or vector(0)) / sum(ballast_orders_total${BOT})`, 'success']] },
        { title: 'Maker share', description: 'Turnover as maker among all', unit: 'ratio', as: 'number', queries: [[shareOf(`ballast_turnover_quote_total${botWith('liquidity="MAKER"')}`, `ballast_turnover_quote_total${BOT}`), 'maker']] },
        { title: 'Orders that rest', description: 'Orders that rest or are on their way', unit: 'count', as: 'number', queries: [[`sum(ballast_open_orders${BOT})`, 'open orders']] },
        { title: 'Trades that ended', description: 'By outcome, since reporting started', unit: 'count', as: 'number', queries: [[`sum by (outcome) (ballast_cycles_total${BOT})`, '{{outcome}}']] },
        { title: 'Slippage, mean of 100 entries', description: 'Estimated before, realised after; the average stays below 50 bps (C-56)', unit: 'bps', queries: [[`ballast_slippage_mean_bps${BOT}`, '{{bot}} {{measure}}']], badAt: 50 },
        { title: 'Hedge imbalance', description: 'Difference of the leg notionals over the smaller one, by where it is taken; below 0.1 % as planned (R43)', unit: 'ratio', queries: [[`histogram_quantile(0.99, sum by (le, stage) (ballast_hedge_imbalance_ratio_bucket${BOT}))`, 'p99 {{stage}}']] },
        { title: 'Naked notional', description: 'Unhedged notional times the seconds it was open, of the trades that ended', unit: 'quote', queries: [[`sum by (bot) (${rateOf('ballast_naked_notional_quote_seconds_total', BOT)})`, '{{bot}}']] },
      ],
    },
    {
      title: 'Orders',
      panels: [
        { title: 'Orders that ended', description: 'A second, by outcome', unit: 'perSecond', queries: [[`sum by (outcome) (${rateOf('ballast_orders_total', BOT)})`, '{{outcome}}']] },
        { title: 'Orders refused', description: 'Since reporting started, by who refused and why', unit: 'count', queries: [[`sum by (by, reason) (ballast_order_refusals_total${BOT})`, '{{by}} {{reason}}']] },
        { title: 'Fills', description: 'A second, as maker and as taker', unit: 'perSecond', queries: [[`sum by (liquidity) (${rateOf('ballast_fills_total', BOT)})`, '{{liquidity}}']] },
        { title: 'From decision to the venue\'s word', description: 'Wall time from an order that is durable to its acknowledgement; objective: 99 % within 1 s', unit: 'seconds', queries: spread('ballast_order_ack_seconds') },
        { title: 'From signal to order', description: 'Market time from the signal of a trade to its first order', unit: 'seconds', queries: spread('ballast_signal_to_order_seconds', BOT) },
        { title: 'Signals without a plan', description: 'By reason; DEPTH and SLIPPAGE are thin books (R29)', unit: 'count', queries: [[`sum by (reason) (ballast_plans_infeasible_total${BOT})`, '{{reason}}']] },
      ],
    },
    {
      title: 'Exposure',
      panels: [
        { title: 'Positions', description: 'At mark price; negative is short', unit: 'quote', queries: [[`ballast_position_notional_quote${BOT}`, '{{bot}} {{instrument}}']] },
        { title: 'Account leverage', description: 'Gross notional over eligible collateral', unit: 'count', queries: [[`ballast_account_leverage_ratio${BOT}`, '{{bot}}']] },
        { title: 'Distance to liquidation', description: 'Adverse price move to liquidation, signed (C-59)', unit: 'ratio', queries: [[`ballast_distance_to_liquidation_ratio${BOT}`, '{{bot}} {{instrument}}']] },
      ],
    },
  ],
};
