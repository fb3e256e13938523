import fc from 'fast-check';
import { Decimal, type Ms, signOf, type TradingState } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { allQuiet, holdingOf, isLive, openOf } from './quantities.js';
import type { TradeCommand, TradeEvent } from './trade.commands.js';
import { tradeDecider } from './trade.decider.js';
import type { Phase, TradeState } from './trade.state.js';
import { approvalOf, ETH, limits, plannedLeg, SOL, START, TradeStream } from './trade.fixtures.js';
import { VenueDouble } from './venue-double.fixtures.js';

/** What stands over a trade at a moment: risk's state, what became of its bot, and whether a person has stopped the venue. */
interface Standing { readonly tradingState: TradingState; readonly ended: 'STOPPED' | 'CLOSING' | undefined; readonly venueStopped: boolean }
interface Step { readonly standing: Standing; readonly ask: 'EXIT' | 'STOP' | 'OPEN_AGAIN'; readonly after: number }

const ACTIVE: Standing = { tradingState: 'ACTIVE', ended: undefined, venueStopped: false };
const standing: fc.Arbitrary<Standing> = fc.record({ tradingState: fc.constantFrom<TradingState>('ACTIVE', 'REDUCING', 'HALTED'), ended: fc.constantFrom(undefined, 'STOPPED', 'CLOSING'), venueStopped: fc.boolean() });
const step: fc.Arbitrary<Step> = fc.record({ standing, ask: fc.constantFrom('EXIT', 'STOP', 'OPEN_AGAIN'), after: fc.nat(25) });
const dice = fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(999), { minLength: 30, maxLength: 500 }));
const LOOKS_MAX = 1_500;
const approval = approvalOf([plannedLeg(0, 'BUY', ['0.2', '0.22']), plannedLeg(1, 'SELL', ['5', '5'])]);
const LEAVING: ReadonlySet<Phase> = new Set<Phase>(['EXITING', 'UNWINDING', 'CLOSED']);
const isHolding = ({ legs }: TradeState): boolean => legs.some((leg) => !holdingOf(leg).isZero());

/** One trade under standings that change while it lives; what it sends is judged from the moment it was asked to leave. */
class Leaving {
  readonly stream = new TradeStream();
  readonly venue: VenueDouble;
  private at: Ms = START;
  private standing = ACTIVE;
  private left = false;

  constructor(rolls: readonly number[]) {
    this.venue = new VenueDouble([...rolls], { [ETH]: '0.001', [SOL]: '0.1' });
    this.command({ type: 'OpenTrade', approval, limits, ...ACTIVE });
  }

  get state(): TradeState { return this.stream.state; }

  /** Every command carries the standing: a decider that began to look at it on the way out is found out. */
  command(command: TradeCommand): readonly TradeEvent[] {
    let folded = this.state;
    const events = this.stream.run({ ...command, ...(command.type === 'OpenTrade' ? {} : this.standing), sight: this.venue.sight }, this.at);
    for (const event of events) {
      if (event.type === 'ExitStarted' || event.type === 'UnwindStarted') this.left = true;
      folded = tradeDecider.evolve(folded, event);
      if (this.left) this.reduces(folded, event);
    }
    expect(events.map(({ type }) => type), 'an open trade is never refused').not.toContain('TradeRefused');
    this.venue.hear(events);
    for (const event of events) if (event.type === 'OrderRejected' && event.kind === 'reduceOnly') this.lookAt(this.state.orders[event.clientOrderId]?.instrument ?? '');
    return events;
  }

  /** As TradeController and Brake: what stands against new risk takes entries back, at the venue and in the log. */
  stand(now: Standing): void {
    this.standing = now;
    if (now.venueStopped) this.venue.hear(Object.values(this.state.orders).filter((order) => isLive(order) && order.postOnly && !order.reduceOnly).map(({ clientOrderId }) => ({ type: 'OrderCancelRequested', clientOrderId, tradeId: 'trade1', reason: 'halt-venue' })));
    if (this.state.phase === 'ENTERING' && (now.tradingState !== 'ACTIVE' || now.venueStopped)) this.stop();
  }

  stop(): void {
    const { phase } = this.state;
    this.command({ type: 'StopEntry', reason: 'new risk is not allowed' });
    if (phase === 'ENTERING') expect(['UNWINDING', 'CLOSED'], 'an entry that is stopped').toContain(this.state.phase);
    else expect(this.state.phase === phase || LEAVING.has(this.state.phase)).toBe(true);
  }

  exit(): void {
    const before = this.state;
    const events = this.command({ type: 'ExitTrade', reason: 'out' });
    expect(LEAVING, `${before.phase} asked to leave`).toContain(this.state.phase);
    if (before.phase !== 'HELD' || !allQuiet(before)) return;
    for (const leg of before.legs.filter(({ residual }) => !residual)) {
      const sent = events.reduce((sum, event) => (event.type === 'OrderSubmitted' && event.leg === leg.leg ? sum.plus(event.quantity) : sum), new Decimal(0));
      expect(sent.toString(), `all that leg ${leg.leg} holds is on its way out in the decision that was asked for it`).toBe(holdingOf(leg).toString());
    }
  }

  openAgain(): void {
    const { tradingState, ended } = this.standing;
    expect(this.command({ type: 'OpenTrade', approval, limits, tradingState, ended }), 'an approval that comes again').toEqual([]);
  }

  live(looks: number, done = (): boolean => false): void {
    for (let look = 0; look < looks && !done(); look += 1) {
      this.at += this.venue.wild ? (this.venue.roll() * 7) % 2_500 : 1_000;
      const deadline = tradeDecider.deadline?.(this.state);
      if (deadline && deadline.at <= this.at) this.command(deadline.command);
      this.venue.step(this.at);
      const message = this.venue.next();
      if (message) this.command(message);
      this.command({ type: 'SeeMarket' });
    }
  }

  untilFlat(): void {
    this.live(LOOKS_MAX, () => this.state.phase === 'CLOSED' && this.venue.idle);
    expect(this.state.phase).toBe('CLOSED');
    for (const leg of this.state.legs) {
      expect(this.venue.positions.get(leg.instrument)?.toString() ?? '0').toBe(holdingOf(leg).times(signOf(leg.side)).toString());
      expect(holdingOf(leg).isZero() || leg.residual, `leg ${leg.leg} holds ${holdingOf(leg).toString()}`).toBe(true);
    }
  }

  /** Sent on the way out: reduce-only, against what is held, and with all that is under way never more than it. */
  private reduces(state: TradeState, event: TradeEvent): void {
    if (event.type !== 'OrderSubmitted') return;
    expect(event, 'sent on the way out').toMatchObject({ reduceOnly: true });
    const leg = state.legs.find((found) => found.leg === event.leg)!;
    const open = Object.values(state.orders).filter((order) => order.leg === event.leg && order.reduceOnly).reduce((sum, order) => sum.plus(openOf(order)), new Decimal(0));
    expect(event.side === leg.side ? holdingOf(leg).lt(0) : holdingOf(leg).gt(0), `${event.side} against ${holdingOf(leg).toString()}`).toBe(true);
    expect(open.lte(holdingOf(leg).abs()), `${open.toString()} to reduce ${holdingOf(leg).toString()}`).toBe(true);
  }

  /** As execution looks at the account: only where nothing that it saw may be on its way. */
  private lookAt(instrument: string): void {
    const underWay = this.venue.inbox.some(({ type }) => type === 'RecordFill' || type === 'RecordLiquidation');
    if (!underWay) this.command({ type: 'SeePosition', instrument, position: signedAt(this.venue, instrument) });
  }
}

const signedAt = (venue: VenueDouble, instrument: string) => (venue.positions.get(instrument) ?? new Decimal(0)) as Extract<TradeCommand, { type: 'SeePosition' }>['position'];

describe('The way out of a trade', () => {
  it('is reduce-only and ends flat from any phase with holdings, under any sequence of trading states, venue stops and ends of its bot (W-2)', () => {
    const asked: Record<string, number> = {};
    fc.assert(fc.property(dice, fc.nat(25), fc.array(step, { maxLength: 6 }), (rolls, first, steps) => {
      const trade = new Leaving(rolls);
      trade.live(first);
      for (const { standing: now, ask, after } of steps) {
        const { phase } = trade.state;
        if (isHolding(trade.state)) asked[`${phase} ${ask} ${now.tradingState}`] = (asked[`${phase} ${ask} ${now.tradingState}`] ?? 0) + 1;
        trade.stand(now);
        if (ask === 'EXIT') trade.exit();
        else if (ask === 'STOP') trade.stop();
        else trade.openAgain();
        trade.live(after);
      }
      trade.exit();
      trade.untilFlat();
    }), { seed: 20_261_121, numRuns: 120 });
    const met = ['ENTERING EXIT', 'HELD EXIT', 'EXITING EXIT', 'UNWINDING EXIT', 'ENTERING STOP', 'HELD STOP'].flatMap((words) => ['ACTIVE', 'REDUCING', 'HALTED'].map((state) => `${words} ${state}`));
    expect(met.filter((words) => (asked[words] ?? 0) === 0), 'combinations that no run has met').toEqual([]);
  });

  it.each<TradingState>(['ACTIVE', 'REDUCING', 'HALTED'])('sends every lot of a held pair back while trading is %s, the venue stopped and the bot closing', (tradingState) => {
    const trade = new Leaving([]);
    trade.live(40, () => trade.state.phase === 'HELD');
    expect(trade.state.phase).toBe('HELD');
    trade.stand({ tradingState, ended: 'CLOSING', venueStopped: true });
    trade.exit();
    trade.untilFlat();
    expect([...trade.venue.positions.values()].map(String)).toEqual(['0', '0']);
  });
});
