import { money } from '@ballast/domain';
import { afterEach, expect, it } from 'vitest';
import { ballastOn } from './desk/desk-cli.js';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf } from './desk/log.js';
import { ACCOUNT } from './desk/pair-desk.js';
import { ProtectedPair, SMART } from './desk/protected-pair.js';

const MINUTE_MS = 60_000;
let pair: ProtectedPair;
afterEach(() => pair.desk.stop());

it('a price that jumps beyond bankruptcy leaves a debt that the venue forgives: the log has it once, books, equity and verify agree with the venue, and it is told as no transfer', async () => {
  const market = new DrivenMarket(60 * MINUTE_MS, 1_000);
  pair = await ProtectedPair.start(SMART, money('20'), { source: market });
  market.slideTo('0.25', 0);
  await pair.runFor(3 * MINUTE_MS);
  const story = await pair.log();
  const debts = eventsOf(story, 'DebtForgiven');
  const [debt] = debts;
  expect(eventsOf(story, 'PositionLiquidated').length).toBeGreaterThan(0);
  expect([debts.length, debt?.accountId, debt?.amount.gt(0), debt?.balance.toString()]).toEqual([1, ACCOUNT, true, '0']);
  expect(story.verify.breaches).toEqual([]);
  expect(eventsOf(story, 'ReconciliationDifferenceFound')).toEqual([]);
  expect(story.books.balances[ACCOUNT]).toMatchObject({ forgiven: debt?.amount.toString(), cash: '0' });
  expect(eventsOf(story, 'AccountFunded').filter(({ accountId }) => accountId === ACCOUNT).map(({ amount }) => amount.toString())).toEqual(['500']);
  expect(eventsOf(story, 'EquityObserved').at(-1)?.equity.toString()).toBe('0');
  for (const kind of ['standup', 'weekly']) expect(await ballastOn(pair.desk, 'report', kind, '--all'), kind).toMatchObject({ code: 0 });
}, 60_000);
