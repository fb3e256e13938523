import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Frames } from './frames.js';

const TEXT = 'event: beat\nid: 1.0\ndata: {}\n\nevent: price\r\ndata: {"a":1}\r\n\r\ndata: one\ndata: two\n\n';
const FOUND = [
  { event: 'beat', id: '1.0', data: '{}' },
  { event: 'price', id: undefined, data: '{"a":1}' },
  { event: 'message', id: undefined, data: 'one\ntwo' },
];

describe('server-sent events', () => {
  it('are read with their kind, id and data', () => {
    expect(new Frames().take(TEXT)).toEqual(FOUND);
  });

  it('are the same wherever the network cuts the stream', () => {
    const plain = TEXT.replace(/\r/g, '');
    fc.assert(
      fc.property(fc.array(fc.nat(plain.length), { maxLength: 6 }), (cuts) => {
        const frames = new Frames();
        const at = [0, ...cuts.sort((a, b) => a - b), plain.length];
        expect(at.slice(1).flatMap((end, index) => frames.take(plain.slice(at[index], end)))).toEqual(FOUND);
      }),
    );
  });

  it('wait for their end', () => {
    const frames = new Frames();
    expect([frames.take('data: half'), frames.take('\n'), frames.take('\n')]).toEqual([[], [], [{ event: 'message', id: undefined, data: 'half' }]]);
  });
});
