import type { BoardOf } from './board.js';
import { rateOf } from './queries.js';

const BOT = '{bot="$bot"}';
const of = (quantileOf: number, measure: string): string => `histogram_quantile(${quantileOf}, sum by (le) (ballast_slippage_bps_bucket{bot="$bot",measure="${measure}"}))`;

/** One bot, from its account to its trades. */
export const A_BOT: BoardOf = {
  uid: 'ballast-bot',
  title: 'Ballast: a bot',
  description: 'One bot: its account, its trades, what it waits for. `ballast explain <trade>` tells the story of a trade.',
  variables: [{ label: 'bot', of: 'ballast_equity_quote', many: false }],
  rows: [
    {
      title: 'Account',
      panels: [
        { title: 'Equity and collateral', description: 'Collateral plus unrealised result, and what of it is eligible', unit: 'quote', queries: [[`ballast_equity_quote${BOT}`, 'equity'], [`ballast_collateral_quote${BOT}`, 'collateral']] },
        { title: 'Result', description: 'Realised, fees and funding since the bot began', unit: 'quote', queries: [[`ballast_realised_pnl_quote${BOT}`, 'realised'], [`-ballast_fees_quote${BOT}`, 'fees'], [`ballast_funding_quote${BOT}`, 'funding']] },
        { title: 'Positions', description: 'At mark price; negative is short', unit: 'quote', queries: [[`ballast_position_notional_quote${BOT}`, '{{instrument}}']] },
        { title: 'Leverage', description: 'Gross notional over eligible collateral', unit: 'count', queries: [[`ballast_account_leverage_ratio${BOT}`, 'leverage']] },
        { title: 'Distance to liquidation', description: 'Adverse price move to liquidation, signed (C-59)', unit: 'ratio', queries: [[`ballast_distance_to_liquidation_ratio${BOT}`, '{{instrument}}']] },
        { title: 'Age of the account\'s state', description: 'Market time since the venue last answered for the account', unit: 'seconds', queries: [[`ballast_account_observation_age_seconds${BOT}`, 'age']], warnAt: 120 },
      ],
    },
    {
      title: 'Trades',
      panels: [
        { title: 'Trades that ended', description: 'By outcome, since reporting started', unit: 'count', as: 'number', queries: [[`sum by (outcome) (ballast_cycles_total${BOT})`, '{{outcome}}']] },
        { title: 'Fill rate', description: 'Filled over ordered of trades that are over: 95 % and more (R43)', unit: 'ratio', as: 'number', queries: [[`sum(ballast_round_filled_quote_total${BOT}) / sum(ballast_round_ordered_quote_total${BOT})`, 'fill rate']] },
        { title: 'Open orders', description: 'Orders that rest or are on their way', unit: 'count', as: 'number', queries: [[`sum(ballast_open_orders${BOT})`, 'open']] },
        { title: 'Unwinds', description: 'Started, and stuck as often as one had not ended in its time', unit: 'count', as: 'number', queries: [[`sum by (outcome) (ballast_unwinds_total${BOT})`, '{{outcome}}']] },
        { title: 'Unguarded position', description: 'Market seconds that a position was open without what guards it, in the last hour; must be 0', unit: 'seconds', as: 'number', queries: [[`sum by (reason) (increase(ballast_unguarded_position_seconds_total${BOT}[1h]))`, '{{reason}}']], badAt: 1 },
        { title: 'Missing inputs of sizing', description: 'Yes where the last signal came to nothing because of it', unit: 'yesNo', as: 'number', queries: [[`ballast_sizing_input_missing${BOT}`, '{{input}}']], badAt: 1 },
        { title: 'Fills', description: 'A second, by instrument and side of the book', unit: 'perSecond', queries: [[`sum by (instrument, liquidity) (${rateOf('ballast_fills_total', BOT)})`, '{{instrument}} {{liquidity}}']] },
        { title: 'Slippage of entries', description: 'Median and 90th percentile of all entries, estimated and realised', unit: 'bps', queries: [[of(0.5, 'estimated'), 'p50 estimated'], [of(0.9, 'estimated'), 'p90 estimated'], [of(0.5, 'realised'), 'p50 realised'], [of(0.9, 'realised'), 'p90 realised']] },
        { title: 'Hedge imbalance', description: '99th percentile of all trades, by where it is taken', unit: 'ratio', queries: [[`histogram_quantile(0.99, sum by (le, stage) (ballast_hedge_imbalance_ratio_bucket${BOT}))`, '{{stage}}']] },
        { title: 'Naked notional', description: 'Unhedged notional times seconds, of trades that ended, since reporting started', unit: 'quote', queries: [[`ballast_naked_notional_quote_seconds_total${BOT}`, 'naked']] },
        { title: 'Signals without a plan', description: 'By reason', unit: 'count', queries: [[`sum by (reason) (ballast_plans_infeasible_total${BOT})`, '{{reason}}']] },
      ],
    },
  ],
};
