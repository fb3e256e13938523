import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '@ballast/domain';
import type { DecisionRecord } from '../ports/envelope.js';
import { ChainHeads } from './chain-heads.js';
import { hashOf } from './envelope-codec.js';

const hash = (text: string): string => hashOf(Buffer.from(text));
const recordOf = (stream: string, version: number, own: string, previous: string): DecisionRecord => ({ stream, subject: `evt.0.${stream}`, sequence: 1, version, hash: own, previousHash: previous }) as unknown as DecisionRecord;
const refused = (heads: ChainHeads, record: DecisionRecord): boolean => {
  try {
    heads.follow(record);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(InvariantError);
    return true;
  }
};

describe('the heads of the chains', () => {
  it('take what follows and refuse what does not, as a plain map of all streams does, also after a snapshot', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ stream: fc.nat(30), pass: fc.boolean(), back: fc.nat(20).map((one) => (one < 2 ? one : 0)), wrong: fc.nat(20).map((one) => one === 0), restart: fc.nat(10).map((one) => one === 0) }), { maxLength: 200 }), (steps) => {
        let heads = new ChainHeads();
        const model = new Map<string, readonly [number, string]>();
        for (const [at, { stream, pass, back, wrong, restart }] of steps.entries()) {
          const name = `execution.trade.t${stream}`;
          const [version, last] = model.get(name) ?? [0, ''];
          if (pass) {
            const bytes = Buffer.from(`unreadable ${at}`);
            heads.passOver({ partition: 0, sequence: 1, subject: `evt.0.${name}`, bytes });
            model.set(name, [version + 1, hashOf(bytes)]);
          } else {
            const found = recordOf(name, version + 1 - back, hash(`${at}`), wrong ? hash('another') : last);
            expect(refused(heads, found)).toBe(back > 0 || wrong);
            if (back === 0 && !wrong) model.set(name, [version + 1, hash(`${at}`)]);
          }
          if (!restart) continue;
          const again = new ChainHeads();
          again.thaw(heads.freeze());
          heads = again;
        }
        expect(heads.size).toBe(model.size);
      }),
    ));

  it('are of 20,000 streams less than 100 bytes each in a snapshot and beside the heap, and next to nothing in it', () => {
    const heads = new ChainHeads();
    const external = process.memoryUsage().arrayBuffers;
    for (let number = 0; number < 20_000; number += 1) heads.follow(recordOf(`sizing.plan.plan-${number}`, 1, hash(`${number}`), ''));
    expect(process.memoryUsage().arrayBuffers - external).toBeLessThan(20_000 * 100);
    const kept = heads.freeze();
    expect(kept.length / 20_000).toBeLessThan(100);
    const again = new ChainHeads();
    again.thaw(kept);
    for (let number = 0; number < 20_000; number += 1) again.follow(recordOf(`sizing.plan.plan-${number}`, 2, hash(`${number}b`), hash(`${number}`)));
    expect([again.size, refused(again, recordOf('sizing.plan.plan-7', 1, hash('x'), ''))]).toEqual([20_000, true]);
    expect(() => heads.follow(recordOf('sizing.plan.plan-7', 2, hash('x'), hash('y')))).toThrow(`sizing.plan.plan-7 version 2 (sequence 1): hash of the previous message found ${hash('y')}, expected ${hash('7')}`);
  });
});
