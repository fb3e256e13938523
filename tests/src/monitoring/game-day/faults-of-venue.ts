import { type Id, money } from '@ballast/domain';
import { BOT, type WatchedDesk } from '../watched-desk.js';
import { drain, orderByHand } from './by-hand.js';
import { away, type End, type GameDayFault, hanging, venueFault } from './fault.js';
import { AFTER_AN_OUTAGE } from './faults-of-processes.js';
import { HOLDER, protect, resume } from './holding-bot.js';

const SOL_PRODUCT = 8;
const MARGIN = 2006;
const BEHIND_MS = 3_000;
const LEFT_FREE = money('20');
const REFUSED = ['RejectStorm', 'UnwindStuck', 'OrderPathBudgetBurn', 'FillRateBelowFloor'];

/** Somebody takes the collateral of a position away, and the venue lets nothing be moved that would protect it. */
async function frozen(desk: WatchedDesk): Promise<End> {
  await drain(desk, HOLDER.accountId, 'elsewhere', LEFT_FREE);
  const end = await venueFault({ match: {}, fault: { type: 'freeze' } })(desk);
  await protect(desk);
  return end;
}

async function clockBehind({ stack: { venue } }: WatchedDesk): Promise<End> {
  await venue.setClockBehind(BEHIND_MS);
  return () => venue.setClockBehind(0);
}

/** What reads of accounts take on a day like this, and what they may take once more where they come in a bad moment. */
const ON_TIME_S = 14;

const accountsAreRead = async ({ prometheus }: WatchedDesk): Promise<boolean> => ((await prometheus.instant(`max_over_time(max(ballast_account_observation_age_seconds{bot=~"${BOT.botId}|${HOLDER.botId}"})[15s:1s])`))[0] ?? Infinity) < ON_TIME_S;
const noCallIsSkipped = async ({ prometheus }: WatchedDesk): Promise<boolean> => (await prometheus.instant('ALERTS{alertname="VenueCallBudgetExceeded"}')).length === 0;

/**
 * Whoever can wait is held back for up to a minute after a venue has limited its callers (C-63): the next fault begins once accounts are read as
 * before and nothing is skipped any more. Before, its own calls would take what is left.
 */
const asBefore = (desk: WatchedDesk): Promise<void> => desk.until('accounts that are read as before, and no call that is skipped', async () => (await accountsAreRead(desk)) && (await noCallIsSkipped(desk)));

/** The venue says nothing of one account, and of everything else as ever. */
const silentOf = (accountId: Id) => (desk: WatchedDesk): Promise<End> => venueFault({ match: { kind: 'query', account: desk.stack.wallet.senderOf(accountId) }, fault: { type: 'maintenance' } })(desk);

/** A venue that refuses, is late, is away or silent, or holds what the log does not know. */
export const FAULTS_OF_VENUE: readonly GameDayFault[] = [
  { what: 'our clock is 3 s behind the venue\'s', inject: clockBehind, alert: 'VenueClockSkew', withinS: 60, follow: [] },
  { what: 'an order at the venue that the log does not know', inject: orderByHand(HOLDER.accountId, HOLDER.instrument), alert: 'ReconciliationDifference', labels: { account: HOLDER.accountId }, withinS: 90, follow: ['ReconciliationBudgetBurn', 'FillRateBelowFloor'], after: (desk) => resume(desk, 'the order is gone') },
  { what: 'the venue freezes collateral while a position is in danger', inject: frozen, alert: 'ProtectionVenueFrozen', labels: { bot: HOLDER.botId }, withinS: 60, follow: ['ProtectionExhausted', 'ProtectionInDanger', 'ReconciliationDifference', 'ReconciliationBudgetBurn'] },
  { what: 'a storm of 429', inject: venueFault({ match: {}, fault: { type: 'rateLimit' } }), alert: 'VenueRateLimited', withinS: 60, follow: ['OrderAckBudgetBurn', 'UnguardedPosition', ...REFUSED], after: asBefore },
  { what: 'the venue says nothing of an account that has a position', inject: silentOf(HOLDER.accountId), alert: 'UnguardedPosition', labels: { bot: HOLDER.botId }, withinS: 90, follow: ['VenueCallsFail'], after: asBefore },
  { what: 'the venue rejects every order', inject: venueFault({ match: { kind: 'place' }, fault: { type: 'reject', code: MARGIN } }), alert: 'RejectStorm', withinS: 90, follow: REFUSED },
  { what: 'the venue rejects one leg', inject: venueFault({ match: { kind: 'place', productId: SOL_PRODUCT, reduceOnly: false }, fault: { type: 'reject', code: MARGIN } }), alert: 'LegUnwound', withinS: 120, follow: REFUSED },
  { what: 'the venue takes its time for orders', inject: venueFault({ match: { kind: 'place' }, fault: { type: 'delay', ms: 3_000 } }), alert: 'OrderAckBudgetBurn', labels: { severity: 'page' }, withinS: 120, follow: ['VenueCallsFail', ...REFUSED] },
  { what: 'market-data is killed and stays away', inject: away('market-data'), alert: 'ServiceDown', labels: { job: 'market-data' }, withinS: 30, follow: AFTER_AN_OUTAGE },
  { what: 'the venue is away', inject: away('paper-venue'), alert: 'VenueCallsFail', withinS: 60, follow: AFTER_AN_OUTAGE },
  { what: 'market data stands still', inject: hanging('paper-venue'), alert: 'MarketDataStale', withinS: 60, follow: AFTER_AN_OUTAGE },
];
