import { createHash } from 'node:crypto';
import type { FaultAction, FaultMatch, FaultRule, FaultRuleState } from '@ballast/venues';
import { type Body, bodyOf, integer } from './read.js';
import { unreadable } from './venue-refusal.js';

export interface FaultSubject {
  readonly kind: 'place' | 'cancel' | 'query' | 'archive';
  /** What the request is about, so that chance depends on it and never on the order of arrival. */
  readonly content: string;
  readonly productId?: number;
  readonly side?: 'BUY' | 'SELL';
  readonly reduceOnly?: boolean;
}

interface Rule extends FaultRule {
  readonly id: string;
  acted: number;
  seen: number;
}

const KINDS = ['place', 'cancel', 'query', 'archive'];
const MATCH_FIELDS = ['kind', 'productId', 'side', 'reduceOnly', 'nth', 'probability'];
const TYPES = ['reject', 'delay', 'dropAfterAccept', 'partial', 'disconnect', 'rateLimit', 'maintenance'];

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

  take(subject: FaultSubject): FaultAction | undefined {
    for (const rule of this.rules) {
      if (rule.times !== undefined && rule.acted >= rule.times) continue;
      if (!this.matches(rule, subject)) continue;
      rule.acted += 1;
      return rule.fault;
    }
    return undefined;
  }

  private matches(rule: Rule, subject: FaultSubject): boolean {
    const { kind, productId, side, reduceOnly, nth, probability } = rule.match;
    const fits = (wanted: unknown, found: unknown): boolean => wanted === undefined || wanted === found;
    if (!fits(kind, subject.kind) || !fits(productId, subject.productId) || !fits(side, subject.side) || !fits(reduceOnly, subject.reduceOnly)) return false;
    rule.seen += 1;
    if (nth !== undefined && rule.seen !== nth) return false;
    return probability === undefined || this.share(rule.id, subject.content) < Number(probability);
  }

  /** 0 to 1, from the seed and the content alone. */
  private share(id: string, content: string): number {
    return createHash('sha256').update(`${this.seed} ${id} ${content}`).digest().readUInt32BE(0) / 2 ** 32;
  }
}

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
  for (const field of ['productId', 'nth']) if (match[field] !== undefined) integer(match, field);
  if (body['times'] !== undefined) integer(body, 'times');
  return { match: match as FaultMatch, fault: faultOf(fault), ...(body['times'] === undefined ? {} : { times: integer(body, 'times') }) };
}

function faultOf(fault: Body): FaultAction {
  const type = String(fault['type']);
  if (!TYPES.includes(type)) throw unreadable('fault.type', fault['type'], TYPES.join(', '));
  if (type === 'reject') return { type, code: integer(fault, 'code') };
  if (type === 'delay') return { type, ms: integer(fault, 'ms') };
  if (type !== 'partial') return { type: type as 'dropAfterAccept' };
  const percent = integer(fault, 'percent');
  if (percent < 0 || percent > 100) throw unreadable('fault.percent', percent, '0 to 100');
  return { type, percent };
}
