import type { ProtectionConfigured, ProtectionDeposited, ProtectionExhausted, ProtectionReductionRequested, ProtectionSeen, ProtectionStale, ProtectionTransferIntended, ProtectionWithdrawn } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import { moneyText, percentText, secondsText, timeText } from './text.js';

type ProtectionEvent =
  | 'ProtectionConfigured' | 'ProtectionPaused' | 'ProtectionUnpaused' | 'ProtectionTransferIntended' | 'ProtectionTransferPrepared' | 'ProtectionDeposited' | 'ProtectionWithdrawn'
  | 'ProtectionTransferRefused' | 'ProtectionExhausted' | 'ProtectionStale' | 'ProtectionFresh' | 'ProtectionReductionRequested' | 'ProtectionReleased';

const REASONS = { DANGER: 'its position is near to liquidation', RECOVERED: 'its position is safe again', FLAT: 'it has no position' } as const;
const CAUSES = { CAP: 'its cap is reached', FUNDS: 'the wallet has no more', FROZEN: 'the venue takes no transfers', BREACHED: 'no amount that is allowed saves the position' } as const;

const awayText = (distance: ProtectionSeen['distance']): string => (distance ? `${percentText(distance)} from liquidation` : 'without liquidation');
const sawText = ({ instrument, side, quantity, price, priceTime, liquidationPrice, stateTime, distance, distanceAfter, trigger, volatility, freeFunds }: ProtectionSeen): readonly string[] => [
  `saw ${side} ${quantity} ${instrument} at ${price} of ${timeText(priceTime)}, ${liquidationPrice ? `liquidated at ${liquidationPrice.toDecimalPlaces(6)}` : 'liquidated at no price'} by the account of ${timeText(stateTime)}`,
  `${awayText(distance)} with a trigger of ${percentText(trigger)}${volatility ? ` (volatility ${percentText(volatility)})` : ''}, then ${awayText(distanceAfter)}; ${moneyText(freeFunds)} free`,
];

/** How a bot's position is kept from liquidation. */
export const protectionTellers: Tellers<ProtectionEvent> = {
  ProtectionConfigured: (event) => configured(event),
  ProtectionPaused: ({ botId, by, reason, protectionKept, deposited }) => ({
    title: `bot ${botId} pauses${protectionKept ? `: its position is open, so it stays protected and ${moneyText(deposited)} of protection stay` : ''}`,
    facts: [`by ${by}: ${reason}`],
  }),
  ProtectionUnpaused: ({ botId, by, reason }) => ({ title: `bot ${botId} goes on`, facts: [`by ${by}: ${reason}`] }),
  ProtectionTransferIntended: (event) => intended(event),
  ProtectionTransferPrepared: ({ transferId, payload }) => ({ title: `the transfer has its identity at the venue and may leave`, facts: [`transfer ${transferId}, nonce ${payload.nonce}, digest ${payload.digest}`] }),
  ProtectionDeposited: (event) => moved(event, `protection of bot ${event.botId} came: ${moneyText(event.amount)}`),
  ProtectionWithdrawn: (event) => moved(event, `protection of bot ${event.botId} went back: ${moneyText(event.amount)}`),
  ProtectionTransferRefused: ({ botId, transferId, kind, reason, frozen }) => ({
    title: `the venue refused the transfer of bot ${botId}'s protection${frozen ? ': it takes no transfers' : ''}`,
    facts: [`${kind}: ${reason}`, `transfer ${transferId}`],
  }),
  ProtectionExhausted: (event) => exhausted(event),
  ProtectionStale: (event) => stale(event),
  ProtectionFresh: ({ botId, stateTime, distance }) => ({ title: `price and account of bot ${botId} are young enough again`, facts: [`account of ${timeText(stateTime)}${distance ? `, ${percentText(distance)} from liquidation` : ', no position'}`] }),
  ProtectionReductionRequested: (event) => reduction(event),
  ProtectionReleased: ({ botId, reason, lost }) => ({ title: `bot ${botId} has no protection deposited any more (${reason.toLowerCase()})`, facts: lost.isZero() ? [] : [`${moneyText(lost)} of it were lost`] }),
};

function configured({ botId, revision, by, settings, initialDistances }: ProtectionConfigured): Words {
  const { enabled, mode, triggerDistance, safeDistance, hysteresis, restoreMargin, maxDeposit, increment, cooldownMs, volatilityWidenMax, exhausted: policy, poolCap, urgent } = settings;
  return {
    title: `protection of bot ${botId} is ${enabled ? `on (${mode}): from ${percentText(triggerDistance)} to liquidation up to ${percentText(safeDistance)}, with at most ${moneyText(maxDeposit)}` : 'off'}`,
    facts: [
      `revision ${revision}, by ${by}`,
      `steps of ${moneyText(increment)}, ${secondsText(cooldownMs)} apart; hysteresis ${percentText(hysteresis)}, restores ${percentText(restoreMargin)} above the trigger; exhausted: ${policy}`,
      ...(volatilityWidenMax ? [`volatility widens the trigger by at most ${percentText(volatilityWidenMax)}`] : []),
      ...(poolCap ? [`at most ${moneyText(poolCap)} of the shared fund`] : []),
      ...(urgent ? [`below ${percentText(urgent.distance)} deposits are ${secondsText(urgent.cooldownMs)} apart`] : []),
      ...(initialDistances ? [`a fresh position is ${initialDistances.long ? percentText(initialDistances.long) : 'never liquidated'} (long) and ${initialDistances.short ? percentText(initialDistances.short) : 'never liquidated'} (short) from liquidation`] : []),
    ],
  };
}

const intended = ({ botId, direction, amount, fee, reason, deposited, saw, sawFlat, transferId }: ProtectionTransferIntended): Words => ({
  title: `${direction === 'DEPOSIT' ? `${moneyText(amount)} will protect bot ${botId}` : `${moneyText(amount)} of bot ${botId}'s protection will go back`}: ${REASONS[reason]}`,
  facts: [...(saw ? sawText(saw) : []), ...(sawFlat ? [`no position by the account of ${timeText(sawFlat.stateTime)}, ${moneyText(sawFlat.withdrawable)} can be taken out`] : []), `${moneyText(deposited)} deposited before it, fee ${moneyText(fee)}`, `transfer ${transferId}`],
});

const moved = ({ accountId, fee, deposited, distanceAfter, transferId, venueTransferId, venueTime }: Omit<ProtectionDeposited | ProtectionWithdrawn, 'type'>, title: string): Words => ({
  title: `${title}, ${moneyText(deposited)} deposited now`,
  facts: [`account ${accountId}, fee ${moneyText(fee)}, at the venue ${timeText(venueTime)}`, ...(distanceAfter ? [`${percentText(distanceAfter)} from liquidation at the price of the decision`] : []), `transfer ${transferId}${venueTransferId ? `, at the venue ${venueTransferId}` : ''}`],
});

const exhausted = ({ botId, cause, deposited, cap, freeFunds, distance, policy }: ProtectionExhausted): Words => ({
  title: `protection of bot ${botId} is exhausted ${percentText(distance)} from liquidation: ${CAUSES[cause]}`,
  facts: [`${moneyText(deposited)} of ${moneyText(cap)} deposited, ${moneyText(freeFunds)} free; policy: ${policy}`],
});

const seenText = (time: number): string => (time === 0 ? 'never' : timeText(time));

const stale = ({ botId, what, missedIntervals, lastStateTime, lastPriceTime, distance }: ProtectionStale): Words => ({
  title: distance ? `bot ${botId} was ${percentText(distance)} from liquidation when last seen, and its ${what === 'STATE' ? 'account' : 'price'} is too old to act on` : `bot ${botId} has a position, and nobody knows where it stands: its ${what === 'STATE' ? 'account' : 'price'} does not come`,
  facts: [`${missedIntervals} refreshes missed; account of ${seenText(lastStateTime)}, price of ${seenText(lastPriceTime)}`],
});

const reduction = ({ botId, instrument, side, quantity, reason, saw, reductionId }: ProtectionReductionRequested): Words => ({
  title: `bot ${botId} asks to ${side} ${quantity} ${instrument}, reduce-only: ${reason === 'EXHAUSTED' ? 'no more collateral can come' : 'its account can not be read'}`,
  facts: [...sawText(saw), `reduction ${reductionId}`],
});
