import type { Ms } from '@ballast/domain';
import type { EngineCommand, EngineOutput, ExchangeEngine } from '@ballast/venues';
import type { Journal, JournalRecord } from '../journal/journal.js';
import type { Tape } from './tape.js';

/** Nado tells the book at most once in 50 ms; the market is stepped on the same grid. */
export const GRID_MS = 50;
/** No step is longer, so that deadlines of the market's watchers are met also where the market is silent. */
const STEP_MAX_MS = 500;
const RECORDS_PER_SNAPSHOT = 20_000;
/** Outputs that somebody may act on: they must not be told before they are sure to happen again. */
const PRIVATE = new Set<EngineOutput['type']>(['orderUpdate', 'fill', 'positionChange', 'funding', 'liquidation']);

const gridAfter = (time: Ms): Ms => Math.ceil(time / GRID_MS) * GRID_MS;

/** What the engine said about one request, ready to be told at `replyAt`. */
export type Verdict = Extract<EngineOutput, { type: 'accepted' | 'rejected' }>;

const NOBODY = (): void => undefined;

type WithoutKey<Command> = Command extends EngineCommand ? Omit<Command, 'requestKey'> : never;
export type VenueRequest = WithoutKey<EngineCommand>;

/** Receives what one moment brought; `booksDue` where the books are to be told. */
export interface MomentSink {
  onMoment(at: Ms, outputs: readonly EngineOutput[], booksDue: boolean): void;
}

/**
 * The exchange in market time: applies the tape, the requests and the deposits to the engine moment by moment, in one order that a
 * journal can repeat. Nothing is told before the journal holds what caused it.
 */
export class Exchange {
  private time: Ms;
  private readonly waiting = new Map<string, (verdict: Verdict) => void>();
  /** Requests whose caller is gone: their answers are due as ever, so that the market's moments are the same, but nobody waits. */
  private readonly abandoned = new Set<string>();
  private readonly verdicts: Verdict[] = [];
  private readonly depositKeys = new Set<string>();
  private held: { readonly at: Ms; readonly run: () => void }[] = [];
  private booksDueAt: Ms | undefined;
  private pending: EngineOutput[] = [];
  private requests = 0;
  private sinceSnapshot = 0;

  constructor(
    private readonly engine: ExchangeEngine,
    private readonly tape: Tape,
    private readonly journal: Journal,
    private readonly sink: MomentSink,
  ) {
    this.time = engine.now ?? tape.startMs;
  }

  get now(): Ms {
    return this.time;
  }

  get done(): boolean {
    return this.tape.nextTime === undefined && this.time >= this.tape.endMs;
  }

  get openCalls(): number {
    return this.waiting.size - this.abandoned.size + this.held.length;
  }

  /** Folds what the journal holds; nothing is told while it does. Returns how many records there were. */
  recover(market: string): number {
    const { snapshot, records } = this.journal;
    const header = records[0];
    if (header === undefined) this.journal.append({ kind: 'header', market });
    else if (header.kind !== 'header' || header.market !== market) throw new Error(`journal: found one of the market ${header.kind === 'header' ? header.market : '(none)'}, expected ${market}: give another JOURNAL, or the market it was written for`);
    if (snapshot) {
      this.tape.skipTo(snapshot.marketInputs);
      this.time = snapshot.at;
      for (const key of snapshot.depositKeys) this.depositKeys.add(key);
    }
    this.applyUntil(this.time);
    this.sink.onMoment(this.time, [], true);
    for (const record of records) this.repeat(record);
    this.pending = [];
    this.requests = records.length + (snapshot?.bytes ?? 0);
    return records.length;
  }

  /** Journals a request and puts it on its way; `tell` is called once, when its answer is due. Returns what to call where the caller is gone. */
  receive(command: VenueRequest, at: Ms, tell: (verdict: Verdict) => void): () => void {
    this.advance(at);
    this.requests += 1;
    const request = { ...command, requestKey: `r${this.requests}-${this.time}` } as EngineCommand;
    this.record({ kind: 'command', at: this.time, command: request });
    this.waiting.set(request.requestKey, tell);
    this.engine.submit(request, this.time);
    return () => this.abandon(request.requestKey);
  }

  private abandon(requestKey: string): void {
    if (this.waiting.has(requestKey)) this.abandoned.add(requestKey);
  }

  /** Credits a subaccount once per key. Durable when it returns. */
  deposit(subaccount: string, amount: bigint, key: string, at: Ms): boolean {
    if (this.depositKeys.has(key)) return false;
    this.advance(at);
    this.record({ kind: 'deposit', at: this.time, subaccount, amount: amount.toString(), key });
    this.journal.sync();
    this.depositKeys.add(key);
    this.tell(this.time, this.engine.deposit(subaccount, amount, this.time), false);
    return true;
  }

  /** Runs `run` when market time has reached `at`: an answer that is held back. */
  hold(at: Ms, run: () => void): void {
    this.held.push({ at, run });
  }

  /** The next moment at which something happens, never more than half a second away. */
  nextMoment(): Ms {
    const { nextTime } = this.tape;
    const due = [this.time + STEP_MAX_MS, this.engine.nextDue(), nextTime === undefined ? undefined : gridAfter(nextTime), this.booksDueAt, ...this.verdicts.map((verdict) => verdict.replyAt), ...this.held.map((held) => held.at)];
    return Math.max(this.time, Math.min(...due.filter((time) => time !== undefined)));
  }

  /** Goes to `to` through every moment on the way. */
  advance(to: Ms): void {
    for (let next = this.nextMoment(); next <= to; next = this.nextMoment()) this.moment(next);
    if (this.time < to) this.moment(to);
  }

  private moment(at: Ms): void {
    this.collect(this.applyUntil(at));
    this.time = at;
    const outputs = this.pending;
    this.pending = [];
    const booksDue = this.booksDueAt !== undefined && this.booksDueAt <= at;
    if (booksDue) this.booksDueAt = undefined;
    this.tell(at, outputs, booksDue);
    this.answer(at);
    if (this.sinceSnapshot >= RECORDS_PER_SNAPSHOT) this.saveSnapshot();
  }

  saveSnapshot(): void {
    this.sinceSnapshot = 0;
    this.journal.saveSnapshot({ at: this.time, marketInputs: this.tape.position, depositKeys: [...this.depositKeys], engine: this.engine.export() });
  }

  private tell(at: Ms, outputs: readonly EngineOutput[], booksDue: boolean): void {
    const isPrivate = outputs.some((output) => PRIVATE.has(output.type));
    this.record({ kind: 'time', at }, isPrivate);
    if (isPrivate) this.journal.sync();
    this.sink.onMoment(at, outputs, booksDue);
  }

  private answer(at: Ms): void {
    const due = this.takeDue(at);
    if (due.length > 0) this.journal.sync();
    for (const { verdict, tell } of due) tell(verdict);
    const ready = this.held.filter((held) => held.at <= at);
    if (ready.length > 0) this.held = this.held.filter((held) => held.at > at);
    for (const held of ready) held.run();
  }

  private takeDue(at: Ms): readonly { readonly verdict: Verdict; readonly tell: (verdict: Verdict) => void }[] {
    const due = this.verdicts.filter((verdict) => verdict.replyAt <= at);
    if (due.length === 0) return [];
    this.verdicts.splice(0, this.verdicts.length, ...this.verdicts.filter((verdict) => verdict.replyAt > at));
    return due.map((verdict) => {
      const tell = this.waiting.get(verdict.requestKey) ?? NOBODY;
      this.waiting.delete(verdict.requestKey);
      this.abandoned.delete(verdict.requestKey);
      return { verdict, tell };
    });
  }

  private applyUntil(to: Ms): EngineOutput[] {
    const outputs: EngineOutput[] = [];
    while (this.tape.nextTime !== undefined && this.tape.nextTime <= to) {
      const input = this.tape.take();
      if (input) outputs.push(...this.engine.market(input));
    }
    outputs.push(...this.engine.advanceTo(to));
    return outputs;
  }

  private collect(outputs: readonly EngineOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'accepted' || output.type === 'rejected') {
        if (this.waiting.has(output.requestKey)) this.verdicts.push(output);
      } else if (output.type === 'book') this.booksDueAt ??= gridAfter(output.time);
      if (output.type !== 'book') this.pending.push(output);
    }
  }

  private record(record: JournalRecord, durable = true): void {
    this.journal.append(record, durable);
    this.sinceSnapshot += 1;
  }

  /** As it was the first time, moment for moment, also what was due and not told yet; nobody is told. */
  private repeat(record: JournalRecord): void {
    if (record.kind === 'header') return;
    this.collect(this.applyUntil(record.at));
    this.time = record.at;
    if (record.kind === 'time') this.repeatMoment(record.at);
    if (record.kind === 'command') {
      this.waiting.set(record.command.requestKey, NOBODY);
      this.abandoned.add(record.command.requestKey);
      this.engine.submit(record.command, record.at);
    }
    if (record.kind === 'deposit' && !this.depositKeys.has(record.key)) {
      this.depositKeys.add(record.key);
      this.engine.deposit(record.subaccount, BigInt(record.amount), record.at);
    }
  }

  private repeatMoment(at: Ms): void {
    this.takeDue(at);
    if (this.booksDueAt === undefined || this.booksDueAt > at) return;
    this.booksDueAt = undefined;
    this.sink.onMoment(at, [], true);
  }
}
