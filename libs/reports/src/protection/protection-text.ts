import { Decimal } from '@ballast/domain';
import { dollars, NOT_MEASURED, paragraphs, percent, signedDollars, tableOr } from '../export/markdown.js';
import { type Period, periodText } from '../report/period.js';
import type { EpisodeLine, ProtectionWorth } from './protection.types.js';

const VERDICTS: Readonly<Record<EpisodeLine['verdict'], string>> = { PREVENTED: 'prevented', NOT_PREVENTED: 'not prevented', NOT_NEEDED: 'not needed', ALREADY_GONE: 'already gone' };
const ENDS: Readonly<Record<EpisodeLine['end'], string>> = { BACK: 'all back', CLOSED: 'position closed', LIQUIDATED: 'liquidated', OPEN: 'open' };

const cents = (value: string): string => new Decimal(value).toDecimalPlaces(2).toString();
const share = (value: string | null): string => (value === null ? NOT_MEASURED : percent(value, 1));
const minute = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

function without({ taken, nearestWithout }: EpisodeLine): string {
  const [first] = taken;
  if (!first) return nearestWithout === null ? 'no price liquidates it' : `comes to ${percent(nearestWithout, 2)}`;
  const result = taken.reduce((sum, each) => sum.plus(each.result), new Decimal(0));
  const quantity = taken.reduce((sum, each) => sum.plus(each.quantity), new Decimal(0));
  return `${quantity.toString()} taken from ${minute(first.at)} at ${new Decimal(first.price).toDecimalPlaces(4).toString()}: ${signedDollars(cents(result.toString()))}`;
}

const row = (line: EpisodeLine): readonly string[] => [
  `${minute(line.from)} to ${line.to === null ? 'now' : minute(line.to)}`, line.botId, `${line.side} ${line.instrument}`, `${ENDS[line.end]}: ${VERDICTS[line.verdict]}`,
  `${line.deposits} in, ${line.withdrawals} out, ${dollars(cents(line.depositedMax))} at most${line.lost === '0' ? '' : `, ${dollars(cents(line.lost))} lost`}`, without(line), signedDollars(cents(line.lossAvoided)), dollars(cents(line.cost)), signedDollars(cents(line.net)), share(line.roi), `${line.path}, ${line.prices} prices`,
];

/** Whose rules, and what of them is left out. */
const rulesText = (venue: string): string => `The rules are ${venue}'s for every position, whatever venue it is at: \`--venue\` names others, nado is the default.${venue === 'velocity' ? ' What Velocity charges for a liquidation is left out: without deposits the loss would have been larger by it.' : ''}`;

/** The report for people. */
export function protectionText({ adoption, totals, episodes, model }: ProtectionWorth, period: Period): string {
  const { prevented, notPrevented, notNeeded, alreadyGone, open } = totals;
  return paragraphs(
    '# What protection was worth',
    `Episodes that began ${periodText(period)}. Path: ${model.path}.`,
    episodes.length === 0
      ? 'No protection was deposited.'
      : `${totals.episodes} ${totals.episodes === 1 ? 'episode' : 'episodes'}: ${prevented} prevented a liquidation, ${notPrevented} did not, ${notNeeded} ${notNeeded === 1 ? 'was' : 'were'} not needed${alreadyGone === 0 ? '' : `, ${alreadyGone} of positions that would have been gone before`}${open === 0 ? '' : `; ${open} open`}. Loss avoided ${signedDollars(cents(totals.lossAvoided))}, cost ${dollars(cents(totals.cost))}, net ${signedDollars(cents(totals.net))}: ${share(totals.roi)} of the most that was deposited.`,
    tableOr('', ['episode', 'bot', 'position', 'outcome', 'deposits', 'without deposits', 'loss avoided', 'cost', 'net', 'ROI', 'path'], episodes.map(row)),
    '## Who uses it',
    tableOr('No bots yet.', ['strategy', 'bots', 'protected', 'share', 'notional', 'protected notional', 'share of notional'], adoption.map((line) => [line.strategy, line.bots, line.protected, share(line.share), dollars(cents(line.notional)), dollars(cents(line.protectedNotional)), share(line.notionalShare)])),
    `An episode is from the first deposit until all is back, the position is closed, or it is liquidated. Without deposits the position goes the same way and is liquidated by ${model.venue}'s rules with the terms of its plan. ${rulesText(model.venue)} Between two known prices the price is taken to pass through the liquidation price, which is the mildest that it could be. The loss avoided is what the quantity that would have been taken was worth more, or less, by the end of the episode. Cost: the fees of the transfers, and ${percent(model.moneyRate, 2)} a year of the money that was bound. ROI: loss avoided less cost, over the most that was deposited at one time. With events only, prices are known about once a minute and at each transfer: a spike between them is not seen, so "not needed" may be wrong for want of prices, "prevented" can not.`,
  );
}
