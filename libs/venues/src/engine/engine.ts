import type { Ms } from '@ballast/domain';
import { EngineError, type AccountView, type BookView, type Digest, type EngineCommand, type EngineConfig, type EngineFill, type EngineFunding, type EngineImage, type EngineLiquidation, type EngineOutput, type EngineTransfer, type ExchangeEngine, type MarketInput, type OrderRecord, type Pots, type X18 } from './engine.api.js';
import { applyBbo, applyDelta, applySnapshot, midOfMarket, viewOf } from './book.js';
import { jitterOf } from './chance.js';
import { nextHourAfter, settleFunding, HOUR_MS } from './funding.js';
import { cancelOrders, moveCash, nextTransferId } from './ledger.js';
import { liquidateUnhealthy } from './liquidation.js';
import { health, positionViews } from './margin.js';
import { matchBook, matchTrade } from './matching.js';
import { followMid, followOracle } from './oracle.js';
import { compareInFlight, entryLatency, processRequest } from './requests.js';
import { digestOf, exportState, importState } from './state.codec.js';
import { accountOf, initialState, marketOf, recordOf, type EngineState, type Market, type Run } from './state.js';

/** The simulated exchange; see `ExchangeEngine` for its contract. */
export class Engine implements ExchangeEngine {
  readonly #run: Run;

  constructor(readonly config: EngineConfig) {
    this.#run = runOf(config, initialState(config));
  }

  /** An engine that goes on where `image` was taken. @throws EngineError where the image does not fit */
  static restore(config: EngineConfig, image: EngineImage): Engine {
    const engine = new Engine(config);
    Object.assign(engine.#run.state, importState(image));
    return engine;
  }

  get now(): Ms | undefined {
    return this.#run.state.now;
  }

  submit(command: EngineCommand, receivedAt: Ms): Ms {
    const { state } = this.#run;
    if (state.now !== undefined && receivedAt < state.now) throw new EngineError(`receivedAt: found ${receivedAt}, allowed is ${state.now} or later`);
    if (command.type === 'place') marketOf(this.#run, command.productId);
    const dueAt = receivedAt + entryLatency(this.config.latency, command) + jitterOf(this.config.latency, this.config.seed, command.digest);
    const request = { dueAt, command };
    const index = state.inFlight.findIndex((other) => compareInFlight(request, other) < 0);
    state.inFlight.splice(index < 0 ? state.inFlight.length : index, 0, request);
    return dueAt;
  }

  nextDue(): Ms | undefined {
    const { state } = this.#run;
    let next = state.nextFundingAt;
    const earlier = (time: Ms): void => {
      if (next === undefined || time < next) next = time;
    };
    if (state.inFlight[0]) earlier(state.inFlight[0].dueAt);
    for (const market of state.markets.values()) for (const order of market.resting) earlier(order.expiresAt);
    return next;
  }

  advanceTo(time: Ms): readonly EngineOutput[] {
    this.#reach(time, true);
    return this.#take();
  }

  market(input: MarketInput): readonly EngineOutput[] {
    const market = marketOf(this.#run, input.productId);
    this.#reach(input.time, false);
    this.#apply(market, input);
    return this.#take();
  }

  deposit(subaccount: string, amount: X18, at: Ms): readonly EngineOutput[] {
    if (amount <= 0n) throw new EngineError(`amount: found ${amount}, allowed is more than 0`);
    const account = accountOf(this.#run, subaccount);
    this.#run.state.pots.deposits += amount;
    moveCash(this.#run, account, amount, { transferId: nextTransferId([account]), reason: 'deposit_collateral' }, at);
    return this.#take();
  }

  book(productId: number, depth: number): BookView {
    const market = marketOf(this.#run, productId);
    return { productId, time: market.bookTime, bids: viewOf(market.bids, depth), asks: viewOf(market.asks, depth) };
  }

  oraclePrice(productId: number): X18 | undefined {
    return marketOf(this.#run, productId).oracle?.published;
  }

  markPrice(productId: number): X18 | undefined {
    return midOfMarket(marketOf(this.#run, productId));
  }

  fundingRate(productId: number): X18 {
    return marketOf(this.#run, productId).fundingRate;
  }

  account(subaccount: string): AccountView {
    const account = this.#run.state.accounts.get(subaccount);
    if (!account) return { subaccount, exists: false, cash: 0n, positions: [], initial: 0n, maintenance: 0n, unweighted: 0n };
    return {
      subaccount,
      exists: true,
      cash: account.cash,
      positions: positionViews(this.#run, account),
      initial: health(this.#run, account, 'initial'),
      maintenance: health(this.#run, account, 'maintenance'),
      unweighted: health(this.#run, account, 'unweighted'),
    };
  }

  subaccounts(): readonly string[] {
    return [...this.#run.state.accounts.keys()];
  }

  openOrders(subaccount: string, productId?: number): readonly OrderRecord[] {
    const markets = productId === undefined ? [...this.#run.state.markets.values()] : [marketOf(this.#run, productId)];
    return markets.flatMap((market) => market.resting.filter((order) => order.subaccount === subaccount).map(recordOf));
  }

  order(digest: Digest): OrderRecord | undefined {
    const order = this.#run.state.orders.get(digest);
    return order && recordOf(order);
  }

  orders(subaccount: string): readonly OrderRecord[] {
    const digests = this.#run.state.accounts.get(subaccount)?.orders ?? [];
    return digests.flatMap((digest) => this.order(digest) ?? []);
  }

  fills(subaccount: string, from: Ms): readonly EngineFill[] {
    return (this.#run.state.accounts.get(subaccount)?.fills ?? []).filter((fill) => fill.time >= from);
  }

  fundingPayments(subaccount: string, from: Ms): readonly EngineFunding[] {
    return (this.#run.state.accounts.get(subaccount)?.funding ?? []).filter((payment) => payment.time >= from);
  }

  liquidations(subaccount: string, from: Ms): readonly EngineLiquidation[] {
    return (this.#run.state.accounts.get(subaccount)?.liquidations ?? []).filter((liquidation) => liquidation.time >= from);
  }

  transfers(subaccount: string, from: Ms): readonly EngineTransfer[] {
    return (this.#run.state.accounts.get(subaccount)?.transfers ?? []).filter((transfer) => transfer.time >= from);
  }

  transferNonce(owner: string): number {
    return this.#run.state.nonces?.get(owner) ?? 0;
  }

  pots(): Pots {
    return { ...this.#run.state.pots };
  }

  export(): EngineImage {
    return exportState(this.#run.state);
  }

  digest(): string {
    return digestOf(this.#run.state);
  }

  /** Processes what is due before `time` (and at it, where `inclusive`): funding, then expiries, then requests of each moment. */
  #reach(time: Ms, inclusive: boolean): void {
    const { state } = this.#run;
    if (!Number.isSafeInteger(time)) throw new EngineError(`time: found ${time}, allowed is a whole number of ms`);
    if (state.now !== undefined && time < state.now) throw new EngineError(`time: found ${time}, allowed is ${state.now} or later`);
    state.nextFundingAt ??= nextHourAfter(time - 1);
    for (let due = this.nextDue(); due !== undefined && (inclusive ? due <= time : due < time); due = this.nextDue()) this.#processAt(due);
    state.now = time;
  }

  #processAt(time: Ms): void {
    const { state } = this.#run;
    if (state.nextFundingAt === time) {
      state.nextFundingAt = time + HOUR_MS;
      settleFunding(this.#run, time);
      liquidateUnhealthy(this.#run, time);
    }
    for (const market of state.markets.values()) {
      const expired = market.resting.filter((order) => order.expiresAt <= time);
      if (expired.length > 0) cancelOrders(this.#run, expired, time);
    }
    while (state.inFlight[0] && state.inFlight[0].dueAt <= time) {
      const request = state.inFlight.shift();
      if (request) processRequest(this.#run, request.command, time);
    }
  }

  #apply(market: Market, input: MarketInput): void {
    const { time, productId } = input;
    switch (input.type) {
      case 'snapshot':
        applySnapshot(market, input.bids, input.asks);
        return this.#bookChanged(market, time);
      case 'delta':
        applyDelta(market, input.bids, input.asks);
        return this.#bookChanged(market, time);
      case 'bbo':
        applyBbo(market, input.side, input.price, input.size);
        return this.#bookChanged(market, time);
      case 'trade':
        matchTrade(this.#run, market, input);
        this.#run.out.push(input);
        return undefined;
      case 'oracle':
        return this.#oracleChanged(market, followOracle(market, input.price, time), time);
      case 'fundingRate':
        market.fundingRate = input.rateHourly;
        this.#run.out.push({ type: 'fundingRate', time, productId, rateHourly: input.rateHourly });
        return undefined;
    }
  }

  #bookChanged(market: Market, time: Ms): void {
    market.bookTime = time;
    if (market.resting.length > 0) matchBook(this.#run, market, time);
    this.#run.out.push({ type: 'book', time, productId: market.productId });
    this.#oracleChanged(market, followMid(this.#run, market, time), time);
  }

  #oracleChanged(market: Market, published: boolean, time: Ms): void {
    if (!published || !market.oracle) return;
    const price = market.oracle.published;
    this.#run.out.push({ type: 'oracle', time, productId: market.productId, price, mark: midOfMarket(market) ?? price });
    liquidateUnhealthy(this.#run, time, market.productId);
  }

  #take(): readonly EngineOutput[] {
    const { out } = this.#run;
    this.#run.out = [];
    return out;
  }
}

function runOf(config: EngineConfig, state: EngineState): Run {
  return { config, instruments: new Map(config.instruments.map((terms) => [terms.productId, terms])), state, out: [] };
}
