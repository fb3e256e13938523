import { expect, it } from 'vitest';
import { recordsOf } from '../log.fixtures.js';
import { belongsTo, correlationOf, mentions } from './find-story.js';
import { Storyteller } from './story.js';

it('finds the round by every id in it, and nothing by another', () => {
  const records = recordsOf();
  for (const id of ['trade1', 'plan1', 'signal1', 'order-entry-0', 'fill-order-exit-1', records[7]!.decisionId]) {
    const found = records.find((record) => mentions(record, id));
    expect(found && correlationOf(found, id)).toBe('trade1');
  }
  expect(records.some((record) => mentions(record, 'pair2'))).toBe(false);
  expect(records.filter((record) => belongsTo(record, 'trade1')).map(({ sequence }) => sequence)).toEqual(records.map(({ sequence }) => sequence).filter((sequence) => sequence > 4 && sequence < records.length));
});

it('tells slippage realised beside estimated, and names every input of a rule', () => {
  const teller = new Storyteller();
  const chapters = recordsOf().flatMap((record) => teller.tell(record));
  const facts = chapters.flatMap((chapter) => chapter.facts);
  expect(facts).toContain("slippage 0 bps against the plan's reference price (estimated 0.5 bps)");
  expect(facts.find((fact) => fact.startsWith('rule leverage'))).toContain('gross=231.6498');
  expect(chapters.at(-2)?.title).toBe('closed COMPLETED: held long enough');
  expect(facts).toContain('realised $0.4902, fees $0.046307, net $0.443893');
});
