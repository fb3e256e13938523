import { MemorySystem, type Platform } from '@ballast/bus';
import { addMoney, contentId, type Id, type Money, money, type Ms, partitionOf, price, quantity, ratio, subMoney } from '@ballast/domain';
import { type Check, type PendingTransfer, type Protection, protectionDecider, type ProtectionCommand } from '@ballast/protection';
import { type CollateralOutcome, CollateralPort, type CollateralRequest, type CollateralTransfer, VenueError } from '@ballast/venues';
import { Paced } from './paced.js';
import type { ProtectedBot } from './protected-bot.js';
import { TransferLane } from './transfer-lane.js';

export const START = Date.UTC(2026, 0, 31, 12);
const VENUE = { minimum: money('1'), fee: money('0'), step: money('0.000001'), open: true };
const SETTINGS = {
  enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('1000'), increment: money('100'), cooldownMs: 1_000, exhausted: 'hold',
} as const;

/** What becomes of one request: it is done; the answer is lost; the request is; it comes later than anybody waits; or the venue says no. */
export type Fate = 'done' | 'answerLost' | 'requestLost' | 'late' | VenueError;

/** Money between accounts of one owner whose nonces rise by one: the rules that every venue's transfers have. */
export class NoncePort extends CollateralPort {
  override readonly terms = { kind: 'subaccount-transfer', minimum: money('1'), fee: money('0'), settlesInMs: 50, canRemove: true } as const;
  readonly moved: CollateralTransfer[] = [];
  readonly sent: CollateralTransfer[] = [];
  readonly onTheWay: CollateralTransfer[] = [];
  fates: Fate[] = [];
  otherwise: Fate = 'done';
  /** Everything that is asked fails like this. */
  down: VenueError | undefined;
  /** Nothing can be prepared, while everything else works. */
  prepareDown: VenueError | undefined;
  /** What was done is not in the venue's records yet. */
  recordsLag = false;
  /** The venue's own clock, and its whole seconds. */
  clockBehindMs: Ms = 0;
  private nonce = 0;

  constructor(private readonly now: () => Ms) {
    super();
  }

  override freeFunds = (): Promise<Money> => Promise.resolve(money('1000'));

  override async prepare(request: CollateralRequest): Promise<CollateralTransfer> {
    const down = this.down ?? this.prepareDown;
    if (down) throw down;
    return { ...request, fee: money('0'), nonce: this.nonce, digest: this.identify({ ...request, nonce: this.nonce }), preparedAt: this.now() };
  }

  override identify({ from, to, amount, nonce }: CollateralRequest & { readonly nonce: number }): string {
    return contentId(from.accountId, to.accountId, amount.toString(), nonce);
  }

  override async send(transfer: CollateralTransfer): Promise<void> {
    this.sent.push(transfer);
    const fate = this.down ?? this.fates.shift() ?? this.otherwise;
    if (fate instanceof VenueError) throw fate;
    if (fate === 'late') this.onTheWay.push(transfer);
    if (fate === 'done' || fate === 'answerLost') this.move(transfer);
    if (fate !== 'done') throw new VenueError('unknown', 'unknown', 'no answer');
  }

  override async find({ from, digest, nonce }: CollateralTransfer): Promise<CollateralOutcome> {
    if (this.down) throw this.down;
    if (this.recordsLag && this.nonce > nonce) return { state: 'NOT_YET' };
    const done = this.moved.find((each) => each.digest === digest && each.from.accountId === from.accountId);
    if (done) return { state: 'DONE', venueTransferId: done.digest, amount: done.amount, fee: done.fee, time: this.now() - this.clockBehindMs };
    return this.nonce > nonce ? { state: 'FINALLY_NOT', reason: 'its nonce is used' } : { state: 'NOT_YET', unused: true };
  }

  /** What was on its way comes to the venue now; what can't be done any more is not. */
  arrive(): void {
    for (const transfer of this.onTheWay.splice(0)) if (transfer.nonce === this.nonce) this.move(transfer);
  }

  /** What an account has been given, less what it gave. */
  balanceOf(accountId: Id): Money {
    return this.moved.reduce((sum, { from, to, amount }) => (to.accountId === accountId ? addMoney(sum, amount) : from.accountId === accountId ? subMoney(sum, amount) : sum), money('0'));
  }

  private move(transfer: CollateralTransfer): void {
    if (transfer.nonce !== this.nonce) throw new VenueError('duplicate', 'unknown', 'its nonce is used');
    this.nonce += 1;
    this.moved.push(transfer);
  }
}

const account = (accountId: Id) => ({ accountId, subaccount: accountId });
export const botOf = (botId: Id): ProtectedBot => ({ botId, accountId: `${botId}-account`, portfolioId: 'main' });

/** Bots with positions, their log, and one process that carries their transfers. */
export class LaneDesk {
  readonly system = new MemorySystem(START);
  readonly port = new NoncePort(() => this.system.clock.now());
  readonly faults: string[] = [];
  wallet: Id = 'wallet';
  /** Why a transfer would not be decided any more. */
  faultOf: (bot: ProtectedBot, transfer: PendingTransfer) => string | undefined = () => undefined;
  lane: TransferLane;
  private readonly platform: Platform;
  private readonly bots: ProtectedBot[] = [];
  private told = 0;

  constructor() {
    this.platform = this.system.platform('collateral');
    this.platform.streams.own(protectionDecider, {});
    this.lane = this.newLane();
  }

  /** Another process takes over: nothing but the log is left. */
  restart(): void {
    this.lane.stop();
    this.lane = this.newLane();
  }

  async enable(...botIds: readonly Id[]): Promise<void> {
    for (const bot of botIds.map(botOf)) {
      this.bots.push(bot);
      await this.tell(bot.botId, { type: 'Configure', ...bot, settings: SETTINGS, by: 'test', initialDistances: { long: ratio('0.19'), short: ratio('0.14') }, terms: VENUE });
    }
  }

  /** 100 SOL long, liquidated at 100: at this price now. */
  see(botId: Id, at: string, liquidation = '100'): Promise<void> {
    const time = this.system.clock.now();
    const state: Check['state'] = { time, position: { instrument: 'SOL-PERP', side: 'LONG', quantity: quantity('100'), liquidationPrice: price(liquidation) } };
    return this.tell(botId, { type: 'Check', price: price(at), priceTime: time, state, model: { venue: 'velocity', maintenanceMarginRatio: ratio('0.05') }, lotSize: quantity('0.01'), freeFunds: money('100000'), venue: VENUE });
  }

  async tell(botId: Id, command: ProtectionCommand): Promise<void> {
    this.told += 1;
    const done = this.platform.streams.execute(protectionDecider, { partition: partitionOf('main'), id: botId }, command, { causationId: `told-${this.told}`, correlationId: botId, lane: botId });
    await this.system.work.idle();
    await done;
  }

  /** Whoever has a transfer without an outcome is the lane's, looked at each second as the service does. */
  async run(ms: Ms): Promise<void> {
    const end = this.system.clock.now() + ms;
    for (let at = this.system.clock.now(); at < end; at = Math.min(end, at + 1_000)) {
      for (const bot of this.bots) if (this.stateOf(bot.botId).transfer ?? this.stateOf(bot.botId).doubtful) this.lane.add(bot);
      await this.system.run(Math.min(end, at + 1_000));
    }
  }

  stateOf(botId: Id): Protection {
    return this.platform.streams.held(protectionDecider, { partition: partitionOf('main'), id: botId })?.state ?? protectionDecider.initial;
  }

  async events(botId: Id): Promise<readonly { readonly type: string; readonly kind?: string; readonly transferId?: string; readonly reason?: string }[]> {
    const stored = await this.system.store.readSubject(partitionOf('main'), `evt.${partitionOf('main')}.collateral.protection.${botId}`);
    return stored.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { events: [] }).events);
  }

  async acts(botId: Id): Promise<readonly string[]> {
    return (await this.events(botId)).map(({ type, kind }) => type.replace('Protection', '').replace('Transfer', '') + (kind === undefined ? '' : ` ${kind}`));
  }

  private newLane(): TransferLane {
    const { clock, pacer, streams } = this.platform;
    const onFault = (bot: ProtectedBot, call: string): void => void this.faults.push(`${bot.botId} ${call}`);
    return new TransferLane({ port: this.port, streams, clock, paced: new Paced({ clock, pacer }), endsOf: ({ accountId }, wallet = this.wallet) => ({ wallet: account(wallet), account: account(accountId) }), faultOf: (bot, transfer) => this.faultOf(bot, transfer), onFault });
  }
}
