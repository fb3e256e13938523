import type { BoardOf } from './board.js';
import { rateOf } from './queries.js';

const PORTFOLIO = '{portfolio=~"$portfolio"}';

/** Where portfolios stand on their ladder and how near they are to their limits. */
export const LADDER: BoardOf = {
  uid: 'ballast-limits',
  title: 'Ballast: ladder and limits',
  description: 'What risk allows and how near it is. `ballast rules` and `ballast ladder` tell the same of the log.',
  variables: [{ label: 'portfolio', of: 'ballast_portfolio_equity_quote', many: true }],
  rows: [
    {
      title: 'Standing',
      panels: [
        { title: 'Trading state', description: '0 active, 1 reducing, 2 halted, by what was ever halted or reduced', unit: 'count', as: 'number', queries: [[`ballast_trading_state${PORTFOLIO}`, '{{portfolio}} {{scope}}']], warnAt: 1, badAt: 2 },
        { title: 'Rung', description: 'Place on the ladder, 1 for the first (R27)', unit: 'count', as: 'number', queries: [[`ballast_ladder_rung${PORTFOLIO}`, '{{portfolio}} {{ladder}} {{rung}}']] },
        { title: 'Hard stops tripped', description: 'Latched until a person resets them (R111)', unit: 'count', as: 'number', queries: [[`sum(ballast_hard_stop_tripped${PORTFOLIO})`, 'tripped']], badAt: 1 },
        { title: 'Rules that do not run', description: 'In force, and not asked for their period', unit: 'count', as: 'number', queries: [[`sum(ballast_rule_stale${PORTFOLIO})`, 'stale']], badAt: 1 },
        { title: 'Hard stops', description: '1 where latched, by scope and stop (R111)', unit: 'count', queries: [[`ballast_hard_stop_tripped${PORTFOLIO}`, '{{portfolio}} {{scope}} {{stop}}']] },
        { title: 'Equity that the stops judge', description: 'Transfers taken out, positions at the newest marks', unit: 'quote', queries: [[`ballast_portfolio_equity_quote${PORTFOLIO}`, '{{portfolio}}']] },
        { title: 'Drawdown', description: 'Fall from the peak of that equity (R111)', unit: 'ratio', queries: [[`ballast_drawdown_ratio${PORTFOLIO}`, '{{portfolio}}']], warnAt: 0.1, badAt: 0.25 },
        { title: 'Volume of the day', description: 'With what the gate asks for and where the day stops (R23)', unit: 'quote', queries: [[`ballast_daily_volume_quote${PORTFOLIO}`, '{{portfolio}}'], [`ballast_daily_volume_bound_quote${PORTFOLIO}`, '{{portfolio}} {{bound}}']] },
      ],
    },
    {
      title: 'Rules',
      panels: [
        { title: 'Plans judged', description: 'A second, approved and denied', unit: 'perSecond', queries: [[`sum by (outcome) (${rateOf('ballast_risk_decisions_total', PORTFOLIO)})`, '{{outcome}}']] },
        { title: 'Which rule binds', description: 'Plans judged since reporting started, by the rule that is nearest to its limit', unit: 'count', queries: [[`sum by (rule, outcome) (ballast_risk_decisions_total${PORTFOLIO})`, '{{rule}} {{outcome}}']] },
        { title: 'Rules evaluated', description: 'A second, by result', unit: 'perSecond', queries: [[`sum by (result) (${rateOf('ballast_rule_evaluations_total')})`, '{{result}}']] },
        { title: 'Nearest to the limit', description: 'Smallest distance to its limit that a plan ever had, over the limit; below 0 it was refused', unit: 'ratio', queries: [[`bottomk(10, ballast_rule_nearest_distance_ratio${PORTFOLIO})`, '{{portfolio}} {{rule}}']] },
        { title: 'Rules that warn or refuse', description: 'Evaluations since risk started that did not pass', unit: 'count', queries: [['sum by (rule, result) (ballast_rule_evaluations_total{result!="pass"})', '{{rule}} {{result}}']] },
      ],
    },
  ],
};
