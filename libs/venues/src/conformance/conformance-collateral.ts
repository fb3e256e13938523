import { type Id, type Money, Decimal, money, quantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { type CollateralOutcome, type CollateralPort, type CollateralTransfer, saysFrozen } from '../collateral-port.js';
import type { AccountState, VenueAccount } from '../venue-adapter.js';
import { type ConformanceScope, IOC, refusalOf } from './conformance-scope.js';

const MAINTENANCE_WEIGHT_LONG = '0.99';

/** What a case does with the port: the wallet's subaccount holds 1,000, the bot's 100,000. */
function handOf({ h, place }: ConformanceScope) {
  const port = (): CollateralPort => {
    const { collateral } = h().adapter;
    if (!collateral) throw new Error(`${h().adapter.venue}: found no collateral port`);
    return collateral;
  };
  const cash = async (account: VenueAccount): Promise<string> => (await h().settle(h().adapter.accountState(account))).collateral.toFixed();
  const prepare = (transferId: Id, amount: string, from: VenueAccount, to: VenueAccount): Promise<CollateralTransfer> => h().settle(port().prepare({ transferId, from, to, amount: money(amount) }));
  return {
    port,
    deposit: (transferId: Id, amount: string): Promise<CollateralTransfer> => prepare(transferId, amount, h().wallet, h().account),
    withdrawal: (transferId: Id, amount: Money): Promise<CollateralTransfer> => prepare(transferId, amount.toFixed(), h().account, h().wallet),
    send: (transfer: CollateralTransfer): Promise<void> => h().settle(port().send(transfer)),
    find: (transfer: CollateralTransfer): Promise<CollateralOutcome> => h().settle(port().find(transfer)),
    free: (account: VenueAccount): Promise<Money> => h().settle(port().freeFunds(account)),
    state: (): Promise<AccountState> => h().settle(h().adapter.accountState(h().account)),
    balances: async (): Promise<readonly string[]> => [await cash(h().wallet), await cash(h().account)],
    told: async (account: VenueAccount): Promise<readonly (readonly string[])[]> => (await h().settle(h().adapter.transfersSince(account, 0))).map(({ transferId, amount, balance, moved }) => [transferId, amount.toFixed(), balance.toFixed(), moved?.digest ?? 'from outside', moved?.fee.toFixed() ?? '']),
    buy30: async (): Promise<void> => {
      for (let bought = 0; bought < 30; bought += 15) {
        await place({ ...IOC, quantity: quantity('15'), limitPrice: (await h().adapter.book(h().instrument, 2)).asks[1]?.price });
        await h().pass(2_000);
      }
    },
  };
}

/** What any venue's collateral port must do (issue 4 §1, W-4, R75). */
export function movingCollateral(scope: ConformanceScope): void {
  describe('moving collateral', () => {
    moving(scope);
    refusingTransfers(scope);
    onceOnly(scope);
  });
}

function moving(scope: ConformanceScope): void {
  const { h } = scope;
  const { port, deposit, withdrawal, send, find, free, state, balances, told, buy30 } = handOf(scope);

  it('says what moving collateral costs, and has the port exactly then', () => {
    const { collateral } = h().adapter.capabilities;
    expect([collateral?.kind, collateral?.minimum.toFixed(), collateral?.fee.toFixed(), collateral?.canRemove, collateral === port().terms]).toEqual(['subaccount-transfer', '5', '1', true, true]);
  });

  it('moves a deposit whole, the fee beside it from the giver, and tells both sides of it under one id, with whose payload it was and who paid', async () => {
    const transfer = await deposit('d', '200');
    await send(transfer);
    expect(await balances()).toEqual(['799', '100200']);
    const found = await find(transfer);
    expect(found).toMatchObject({ state: 'DONE' });
    if (found.state !== 'DONE') return;
    expect([found.amount.toFixed(), found.fee.toFixed(), found.time <= h().now()]).toEqual(['200', '1', true]);
    expect((await told(h().wallet)).at(-1)).toEqual([found.venueTransferId, '-201', '799', transfer.digest, '1']);
    expect((await told(h().account)).map((row) => row.slice(1))).toEqual([['100000', '100000', 'from outside', ''], ['200', '100200', transfer.digest, '0']]);
    expect((await told(h().account)).at(-1)?.[0]).toBe(found.venueTransferId);
  });

  it('moves the liquidation price away by a deposit, by amount over (position × maintenance weight) (§4.6)', async () => {
    await buy30();
    const before = (await state()).positions[0]?.liquidationPrice;
    await send(await deposit('d', '300'));
    const after = (await state()).positions[0]?.liquidationPrice;
    const moved = before && after && before.minus(after);
    expect(moved?.toDecimalPlaces(9).toFixed()).toBe(new Decimal('300').div(new Decimal('30').times(MAINTENANCE_WEIGHT_LONG)).toDecimalPlaces(9).toFixed());
  });

  it('lets all that is free leave with the fee, and no more than the initial margin of open positions leaves', async () => {
    expect((await free(h().wallet)).toFixed()).toBe('999');
    await buy30();
    const before = await state();
    const most = await free(h().account);
    expect(most.toFixed()).toBe(before.initialMarginHealth.minus('1').toFixed());
    expect(await refusalOf(send(await withdrawal('more', most.plus('0.01') as Money)))).toEqual(['margin', 'notPlaced']);
    await send(await withdrawal('most', most));
    expect((await free(h().account)).toFixed()).toBe('0');
    expect((await state()).initialMarginHealth.toFixed()).toBe('0');
  });
}

function refusingTransfers(scope: ConformanceScope): void {
  const { h } = scope;
  const { port, deposit, send, find, balances } = handOf(scope);

  it('refuses less than the minimum before anything has a nonce', async () => {
    expect(await refusalOf(deposit('small', '4.999999'))).toEqual(['transfer', 'notPlaced']);
    await send(await deposit('least', '5'));
    expect(await balances()).toEqual(['994', '100005']);
  });

  it('refuses what the wallet has not, and leaves its nonce free for another', async () => {
    const tooMuch = await deposit('much', '999.5');
    expect(await refusalOf(send(tooMuch))).toEqual(['margin', 'notPlaced']);
    expect(await find(tooMuch)).toEqual({ state: 'NOT_YET', unused: true });
    const enough = await deposit('enough', '999');
    expect(enough.nonce).toBe(tooMuch.nonce);
    await send(enough);
    expect([await balances(), (await find(tooMuch)).state]).toEqual([['0', '100999'], 'FINALLY_NOT']);
  });

  it('does not send a payload whose fields are not the prepared ones', async () => {
    const transfer = await deposit('d', '10');
    expect(await refusalOf(h().settle(port().send({ ...transfer, amount: money('11') })))).toEqual(['transfer', 'notPlaced']);
    expect(await balances()).toEqual(['1000', '100000']);
  });

  it('moves nothing while the venue has frozen transfers, and the same payload once it has not', async () => {
    const transfer = await deposit('d', '50');
    await h().freezeTransfers(true);
    const refused = await send(transfer).then(() => undefined, (error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'frozen', outcome: 'notPlaced' });
    expect(saysFrozen(refused as Parameters<typeof saysFrozen>[0])).toBe(true);
    expect([await balances(), await find(transfer)]).toEqual([['1000', '100000'], { state: 'NOT_YET', unused: true }]);
    await h().freezeTransfers(false);
    await send(transfer);
    expect(await balances()).toEqual(['949', '100050']);
  });
}

function onceOnly(scope: ConformanceScope): void {
  const { h } = scope;
  const { port, deposit, send, find, balances, told } = handOf(scope);

  it('gives one payload one identity, computed again from what the log holds of it', async () => {
    const transfer = await deposit('d', '10');
    const { transferId, amount, nonce, digest, from, to } = JSON.parse(JSON.stringify(transfer)) as CollateralTransfer;
    expect(port().identify({ transferId, from, to, amount: money(String(amount)), nonce })).toBe(digest);
    expect([(await deposit('d', '10')).digest === digest, (await deposit('d', '11')).digest === digest]).toEqual([true, false]);
  });

  it('acts once on the identical payload, however often it comes', async () => {
    const transfer = await deposit('d', '60');
    await send(transfer);
    const found = await find(transfer);
    for (let again = 0; again < 3; again += 1) expect(await refusalOf(send(transfer))).toEqual(['duplicate', 'unknown']);
    expect([await balances(), await find(transfer), (await told(h().account)).length]).toEqual([['939', '100060'], found, 2]);
  });

  it('knows by its record a transfer whose answer was lost', async () => {
    const transfer = await deposit('d', '70');
    await h().loseTransferAnswer();
    expect(await refusalOf(send(transfer))).toEqual(['unknown', 'unknown']);
    expect(await find(transfer)).toMatchObject({ state: 'DONE' });
    expect(await refusalOf(send(transfer))).toEqual(['duplicate', 'unknown']);
    expect(await balances()).toEqual(['929', '100070']);
  });

  it('takes one that was never sent for open, and sends it then', async () => {
    const transfer = await deposit('d', '10');
    expect(await find(transfer)).toEqual({ state: 'NOT_YET', unused: true });
    await send(transfer);
    expect(await find(transfer)).toMatchObject({ state: 'DONE' });
  });

  it('gives up one whose nonce another transfer used: it can never move money', async () => {
    const first = await deposit('first', '10');
    const second = await deposit('second', '20');
    await send(first);
    expect(await refusalOf(send(second))).toEqual(['duplicate', 'unknown']);
    expect([(await find(first)).state, (await find(second)).state]).toEqual(['DONE', 'FINALLY_NOT']);
    expect(await balances()).toEqual(['989', '100010']);
    const third = await deposit('second', '20');
    await send(third);
    expect([await balances(), (await find(second)).state]).toEqual([['968', '100030'], 'FINALLY_NOT']);
  });
}
