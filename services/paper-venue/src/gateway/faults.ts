import { createHash } from 'node:crypto';
import type { Ms } from '@ballast/domain';
import type { FaultAction, FaultMatch, FaultRule, FaultRuleState } from '@ballast/venues';
import { type Body, bodyOf, integer } from './read.js';
import { unreadable } from './venue-refusal.js';

export interface FaultSubject {
  readonly kind: 'place' | 'cancel' | 'transfer' | 'query' | 'archive';
  /** What the request is about, so that chance depends on it and never on the order of arrival. */
  readonly content: string;
  readonly productId?: number;
  readonly side?: 'BUY' | 'SELL';
  readonly reduceOnly?: boolean;
  /** The subaccount that a query asks about. */
  readonly account?: string;
}

interface Rule extends FaultRule {
  readonly id: string;
  acted: number;
  seen: number;
}

const KINDS = ['place', 'cancel', 'transfer', 'query', 'archive'];
const MATCH_FIELDS = ['kind', 'productId', 'side', 'reduceOnly', 'account', 'nth', 'probability', 'from', 'until'];
const TYPES = ['reject', 'delay', 'dropAfterAccept', 'partial', 'disconnect', 'rateLimit', 'freeze', 'squeeze', 'maintenance'];

/** What goes wrong on purpose, by rules: the first rule that matches acts. */
export class Faults {
  private rules: Rule[] = [];
  private added = 0;

  constructor(private readonly seed: number, initial: readonly FaultRule[]) {
    for (const rule of initial) this.add(rule);
  }

  add(rule: FaultRule): FaultRuleState {
    this.added += 1;
    const added: Rule = { ...rule, id: `fault-${this.added}`, acted: 0, seen: 0 };
    this.rules.push(added);
    return view(added);
  }

  list(): readonly FaultRuleState[] {
    return this.rules.map(view);
  }

  clear(): void {
    this.rules = [];
  }

  take(subject: FaultSubject, now: Ms): FaultAction | undefined {
    for (const rule of this.rules) {
      if (!canHit(rule.fault, subject) || !isInForce(rule, now) || !this.matches(rule, subject)) continue;
      rule.acted += 1;
      return rule.fault;
    }
    return undefined;
  }

  /** The share of the usual call budget that calls of this kind have now, 0 to 100; undefined where nothing squeezes it. */
  budgetOf(kind: FaultSubject['kind'], now: Ms): number | undefined {
    for (const { fault, ...rule } of this.rules) if (fault.type === 'squeeze' && isInForce(rule, now) && (rule.match.kind === undefined || rule.match.kind === kind)) return fault.percent;
    return undefined;
  }

  private matches(rule: Rule, subject: FaultSubject): boolean {
    const { kind, productId, side, reduceOnly, account, nth, probability } = rule.match;
    const fits = (wanted: unknown, found: unknown): boolean => wanted === undefined || wanted === found;
    if (!fits(kind, subject.kind) || !fits(productId, subject.productId) || !fits(side, subject.side) || !fits(reduceOnly, subject.reduceOnly) || !fits(account, subject.account)) return false;
    rule.seen += 1;
    if (nth !== undefined && rule.seen !== nth) return false;
    return probability === undefined || this.share(rule.id, subject.content) < Number(probability);
  }

  /** 0 to 1, from the seed and the content alone. */
  private share(id: string, content: string): number {
    return createHash('sha256').update(`${this.seed} ${id} ${content}`).digest().readUInt32BE(0) / 2 ** 32;
  }
}

/** A squeeze hits budgets, not requests; a freeze hits what moves collateral. */
const canHit = ({ type }: FaultAction, { kind }: FaultSubject): boolean => type !== 'squeeze' && (type !== 'freeze' || kind === 'transfer');

const isInForce = ({ match: { from = 0, until = Infinity }, times, acted }: Pick<Rule, 'match' | 'times' | 'acted'>, now: Ms): boolean => now >= from && now < until && (times === undefined || acted < times);

const view = ({ id, match, fault, times, acted }: Rule): FaultRuleState => ({ id, match, fault, acted, ...(times === undefined ? {} : { times }) });

/** Reads a rule from a file or an admin call. @throws VenueRefusal naming the field that does not fit */
export function faultRuleOf(value: unknown): FaultRule {
  const body = bodyOf(value, 'rule');
  const match = bodyOf(body['match'] ?? {}, 'match');
  const fault = bodyOf(body['fault'], 'fault');
  for (const field of Object.keys(body)) if (!['match', 'fault', 'times'].includes(field)) throw unreadable('rule', field, 'the fields match, fault and times');
  for (const field of Object.keys(match)) if (!MATCH_FIELDS.includes(field)) throw unreadable('match', field, `the fields ${MATCH_FIELDS.join(', ')}`);
  if (match['kind'] !== undefined && !KINDS.includes(String(match['kind']))) throw unreadable('match.kind', match['kind'], KINDS.join(', '));
  if (match['side'] !== undefined && match['side'] !== 'BUY' && match['side'] !== 'SELL') throw unreadable('match.side', match['side'], 'BUY or SELL');
  if (match['probability'] !== undefined && !/^(0(\.[0-9]+)?|1(\.0+)?)$/.test(String(match['probability']))) throw unreadable('match.probability', match['probability'], 'a decimal string from 0 to 1');
  if (match['reduceOnly'] !== undefined && typeof match['reduceOnly'] !== 'boolean') throw unreadable('match.reduceOnly', match['reduceOnly'], 'true or false');
  checkAccount(match['account']);
  for (const field of ['productId', 'nth', 'from', 'until']) if (match[field] !== undefined) integer(match, field);
  if (body['times'] !== undefined) integer(body, 'times');
  return { match: match as FaultMatch, fault: faultOf(fault), ...(body['times'] === undefined ? {} : { times: integer(body, 'times') }) };
}

function checkAccount(account: unknown): void {
  if (account !== undefined && !/^0x[0-9a-f]{64}$/.test(String(account))) throw unreadable('match.account', account, '0x and 64 lower-case hex digits');
}

function faultOf(fault: Body): FaultAction {
  const type = String(fault['type']);
  if (!TYPES.includes(type)) throw unreadable('fault.type', fault['type'], TYPES.join(', '));
  if (type === 'reject') return { type, code: integer(fault, 'code') };
  if (type === 'delay') return { type, ms: integer(fault, 'ms') };
  if (type !== 'partial' && type !== 'squeeze') return { type: type as 'dropAfterAccept' };
  const percent = integer(fault, 'percent');
  if (percent < 0 || percent > 100) throw unreadable('fault.percent', percent, '0 to 100');
  return { type, percent };
}
