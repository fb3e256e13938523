import { MemorySystem, type Platform } from '@ballast/bus';
import { bps, type Id, type Instrument, type Money, money, type Ms, notional, partitionOf, price, type Price, quantity, type Ratio, ratio, type SignedQuantity, signedQuantity } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { type Protection, protectionDecider, type ProtectionCommand } from '@ballast/protection';
import type { AccountState, CollateralPort, VenueAdapter } from '@ballast/venues';
import { ProtectionGuard } from './guard.js';
import { botOf, START } from './lane.fixtures.js';
import { Paced } from './paced.js';
import type { ProtectedBot } from './protected-bot.js';

const TERMS = { kind: 'subaccount-transfer', minimum: money('1'), fee: money('0'), settlesInMs: 50, canRemove: true } as const;
const SETTINGS: ProtectionSettings = {
  enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('1000'), increment: money('100'), cooldownMs: 1_000, exhausted: 'hold',
};
const instrumentOf = (name: string): Instrument => ({
  instrument: name, venue: 'nado', base: name, quote: 'USDT0', lotSize: quantity('0.01'), tickSize: price('0.01'), notionalMin: notional('1'), makerFeeBps: bps('0'), takerFeeBps: bps('0'), initialMarginRatio: ratio('0.1'), maintenanceMarginRatio: ratio('0.05'),
});

interface Holding {
  readonly instrument: string;
  readonly quantity: SignedQuantity;
  readonly entry: Price;
}

/** A cross account by Nado's rules: what liquidates each position, the others where they are. */
export class CrossAccount {
  readonly holdings: Holding[] = [];
  cash: Money = money('0');

  hold(instrument: string, amount: string, entry: string): this {
    this.holdings.push({ instrument, quantity: signedQuantity(amount), entry: price(entry) });
    return this;
  }

  state(accountId: Id, time: Ms, priceOf: (instrument: string) => Price): AccountState {
    const weighed = this.holdings.map((each) => ({ ...each, at: priceOf(each.instrument), weight: ratio(each.quantity.gt(0) ? '0.95' : '1.05') }));
    const equity = weighed.reduce((sum, { quantity: size, at, entry }) => sum.plus(size.times(at.minus(entry))), this.cash.plus(0)) as Money;
    const health = weighed.reduce((sum, { quantity: size, at, weight }) => sum.minus(size.times(at)).plus(size.times(at).times(weight)), equity.plus(0)) as Money;
    const positions = weighed.map(({ instrument, quantity: size, entry, at, weight }) => {
      const liquidation = at.minus(health.div(size.times(weight)));
      return { instrument, quantity: size, entryPrice: entry, liquidationPrice: liquidation.gt(0) ? (liquidation as Price) : undefined };
    });
    return { accountId, collateral: this.cash, equity, initialMarginHealth: health, maintenanceMarginHealth: health, positions, time };
  }
}

/** A guard with a market, accounts and a wallet that answer, or do not. */
export class GuardDesk {
  readonly system = new MemorySystem(START);
  readonly guard: ProtectionGuard;
  readonly accounts = new Map<Id, CrossAccount>();
  readonly reads: Id[] = [];
  /** What the log tells of bots' positions; of others nothing. */
  readonly inLog = new Map<Id, { readonly open: boolean; readonly movedAt: Ms }>();
  readonly faults = new Set<string>();
  /** Accounts are asked and say nothing while this is true; so is the wallet. */
  silent = { accounts: false, wallet: false };
  broken: Error | undefined;
  walletReads = 0;
  wallet: Money = money('1000');
  private readonly platform: Platform;
  private readonly desk: Platform;
  private told = 0;

  constructor() {
    this.platform = this.system.platform('collateral');
    this.desk = this.system.platform('operator');
    this.platform.streams.own(protectionDecider, {
      onDecided: (_, { events }) => {
        for (const event of events) if (event.type === 'ProtectionTransferIntended') this.guard.funds.claim(event.portfolioId, event.transferId, event.amount);
      },
    });
    const { clock, pacer, streams, market } = this.platform;
    this.guard = new ProtectionGuard({
      venue: this.venue(), accountOf: (accountId) => ({ accountId, subaccount: accountId }), walletOf: () => ({ accountId: 'wallet', subaccount: 'wallet' }), inLog: (botId) => this.inLog.get(botId) ?? { open: false, movedAt: 0 }, streams, market, clock, paced: new Paced({ clock, pacer }),
      onFault: (bot, call) => this.faults.add(`${bot.botId} ${call}`), onHealed: (bot, call) => this.faults.delete(`${bot.botId} ${call}`), onJudged: () => undefined,
    });
  }

  /** A bot whose account has been read once. */
  async protect(botId: Id, account: CrossAccount, settings: Partial<ProtectionSettings> = {}): Promise<void> {
    const bot: ProtectedBot = botOf(botId);
    this.accounts.set(bot.accountId, account);
    await this.tell(botId, { type: 'Configure', ...bot, settings: { ...SETTINGS, ...settings }, by: 'test', initialDistances: { long: ratio('0.4'), short: ratio('0.3') }, terms: { minimum: money('1'), fee: money('0'), step: money('0.000001') } });
    this.guard.follow(bot, true);
    this.guard.changed(botId);
  }

  async price(instrument: string, at: string): Promise<void> {
    if (!this.desk.market.latest('instrument', instrument)) this.desk.market.publish('instrument', instrument, instrumentOf(instrument));
    this.desk.market.publish('price', instrument, { instrument, markPrice: price(at), oraclePrice: price(at), time: this.system.clock.now() });
    await this.system.work.idle();
  }

  /** Ticks as the service does; prices stay as they are, and young. */
  async run(ms: Ms): Promise<void> {
    const end = this.system.clock.now() + ms;
    while (this.system.clock.now() < end) {
      this.guard.tick();
      await this.system.run(Math.min(end, this.system.clock.now() + 1_000));
      for (const { instrument } of [...this.accounts.values()].flatMap(({ holdings }) => holdings)) {
        const known = this.desk.market.latest('price', instrument);
        if (known) this.desk.market.publish('price', instrument, { ...known, time: this.system.clock.now() });
      }
      await this.system.work.idle();
    }
  }

  async tell(botId: Id, command: ProtectionCommand): Promise<void> {
    this.told += 1;
    const done = this.platform.streams.execute(protectionDecider, { partition: partitionOf('main'), id: botId }, command, { causationId: `told-${this.told}`, correlationId: botId, lane: botId });
    await this.system.work.idle();
    await done;
  }

  stateOf(botId: Id): Protection {
    return this.platform.streams.held(protectionDecider, { partition: partitionOf('main'), id: botId })?.state ?? protectionDecider.initial;
  }

  /** What is decided for the bot is done at once. */
  async settle(botId: Id, account: CrossAccount): Promise<void> {
    const { transfer } = this.stateOf(botId);
    if (!transfer) throw new Error(`bot ${botId}: found no transfer to settle`);
    const { transferId, direction, amount, fee } = transfer;
    const time = this.system.clock.now();
    await this.tell(botId, { type: 'PrepareTransfer', transferId, payload: { nonce: 1, digest: transferId, preparedAt: time } });
    await this.tell(botId, { type: 'SettleTransfer', transferId, outcome: { state: 'DONE', amount, fee, time } });
    account.cash = account.cash.plus(direction === 'DEPOSIT' ? amount : amount.neg()) as Money;
    this.guard.follow(botOf(botId), true);
    this.guard.changed(botId);
  }

  async events(botId: Id, type: string): Promise<readonly { readonly type: string }[]> {
    const stored = await this.system.store.readSubject(partitionOf('main'), `evt.${partitionOf('main')}.collateral.protection.${botId}`);
    return stored.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { events: { type: string }[] }).events).filter((event) => event.type === type);
  }

  distanceOf(botId: Id): Ratio | undefined {
    return this.guard.watch.nearestOf(botId)?.distance;
  }

  private venue(): VenueAdapter {
    const never = new Promise<never>(() => undefined);
    const answer = <T>(isSilent: boolean, make: () => T): Promise<T> => (this.broken ? Promise.reject(this.broken) : isSilent ? never : Promise.resolve(make()));
    const collateral: Pick<CollateralPort, 'terms' | 'freeFunds'> = {
      terms: TERMS,
      freeFunds: () => {
        this.walletReads += 1;
        return answer(this.silent.wallet, () => this.wallet);
      },
    };
    const accountState = ({ accountId }: { readonly accountId: Id }): Promise<AccountState> => {
      this.reads.push(accountId);
      return answer(this.silent.accounts, () => (this.accounts.get(accountId) ?? new CrossAccount()).state(accountId, this.system.clock.now(), (instrument) => this.desk.market.latest('price', instrument)?.oraclePrice ?? price('1')));
    };
    return { venue: 'nado', accountState, collateral } as unknown as VenueAdapter;
  }
}
