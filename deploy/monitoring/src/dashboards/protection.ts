import type { BoardOf } from './board.js';
import { rateOf } from './queries.js';

const BOT = '{bot=~"$bot"}';

/** How far protected positions are from liquidation, what was done for them, and what is left to do it with. */
export const PROTECTION: BoardOf = {
  uid: 'ballast-protection',
  title: 'Ballast: protection',
  description: 'Protected positions and the budget of venue calls that protects them. `ballast protection` shows the same of the log.',
  variables: [{ label: 'bot', of: 'ballast_equity_quote', many: true }],
  rows: [
    {
      title: 'Positions',
      panels: [
        { title: 'In danger', description: 'Bots whose distance is below the trigger', unit: 'count', as: 'number', queries: [[`sum(ballast_protection_in_danger${BOT})`, 'in danger']], badAt: 1 },
        { title: 'Not seen any more', description: 'Bots that were in danger when last seen (C-70)', unit: 'count', as: 'number', queries: [[`sum(ballast_protection_stale${BOT})`, 'stale']], badAt: 1 },
        { title: 'Venue moves no collateral', description: 'Bots whose venue said so last', unit: 'count', as: 'number', queries: [[`sum(ballast_protection_venue_frozen${BOT})`, 'frozen']], badAt: 1 },
        { title: 'Deposited now', description: 'Collateral that protection has put in and not taken back (R66)', unit: 'quote', as: 'number', queries: [[`sum(ballast_protection_deposited_quote${BOT})`, 'deposited']] },
        { title: 'Distance to liquidation', description: 'Of the position that is nearest, signed, at the last judgement (C-59)', unit: 'ratio', queries: [[`ballast_protection_distance_ratio${BOT}`, '{{bot}}']] },
        { title: 'Deposited', description: 'By bot (R66)', unit: 'quote', queries: [[`ballast_protection_deposited_quote${BOT}`, '{{bot}}']] },
        { title: 'What protection did', description: 'Decisions and outcomes since collateral started, by kind', unit: 'count', queries: [[`sum by (action) (ballast_protection_actions_total${BOT})`, '{{action}}']] },
      ],
    },
    {
      title: 'Means',
      panels: [
        { title: 'Treasury', description: 'What each fund of a portfolio holds (R96, R102)', unit: 'quote', queries: [['ballast_treasury_funds_usd', '{{portfolio}} {{fund}}']] },
        { title: 'Accounts watched', description: 'By distance to liquidation (W-22)', unit: 'count', queries: [['sum by (zone) (ballast_accounts_watched)', '{{zone}}']] },
        { title: 'How often accounts can be asked for', description: 'Interval that the call budget allows, by zone', unit: 'seconds', queries: [['max by (zone) (ballast_account_refresh_reachable_seconds)', '{{zone}}']] },
        { title: 'Call budget left', description: 'Weight that the share of this priority had when it last asked; a trade may take those of 3 to 5, too; negative = debt of cancels (R86)', unit: 'count', queries: [['min by (bucket, priority) (ballast_venue_call_budget_left)', '{{bucket}} priority {{priority}}']] },
        { title: 'Weight of calls', description: 'A second, by the priority that they went at (R82)', unit: 'perSecond', queries: [[`sum by (bucket, priority) (${rateOf('ballast_venue_call_weight_total')})`, '{{bucket}} priority {{priority}}']] },
        { title: 'Calls not made', description: 'A second: the budget is saved for trades and protection (R82)', unit: 'perSecond', queries: [[`sum by (call) (${rateOf('ballast_venue_calls_skipped_total')})`, '{{call}}']] },
        { title: 'Backoff', description: 'After the venue limited the rate, 0 = none (C-63)', unit: 'seconds', queries: [['max by (bucket, priority) (ballast_venue_call_backoff_seconds)', '{{bucket}} priority {{priority}}']] },
        { title: 'Own part of the budget', description: 'Yes where a process keeps to its own part because the shared one is away; nothing where none is shared', unit: 'yesNo', as: 'number', queries: [['ballast_venue_call_budget_local', '{{job}}']] },
      ],
    },
  ],
};
