import { PARTITIONS } from '@ballast/domain';
import type { JetStreamClient } from 'nats';
import { bareDecision, executed, executorOn, inParallel, type Load, loads } from './append-load.js';
import { type Bench, type BenchRow, speedRow } from './bench.js';
import { bareSubject, NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';

function peer(js: JetStreamClient, load: Load, round: string): Promise<number> {
  return inParallel(load, async (stream) => {
    const name = `execution.trade.${round}-${stream}`;
    let last = 0;
    for (let version = 1; version <= load.each; version += 1) {
      const decision = bareDecision(name, version);
      const { seq } = await js.publish(bareSubject(stream % PARTITIONS, name), JSON.stringify(decision), { msgID: decision.decisionId, expect: { lastSubjectSequence: last } });
      last = seq;
    }
  });
}

export const appendBench: Bench = {
  name: 'append',
  about: 'One decision with the expected sequence, until it is durable: decide, encode, prove, append, fold (StreamExecutor) against the bare client publishing the same facts as JSON. Same server, same stream settings, every message flushed to the disk before its acknowledgement.',
  async run({ quick, progress }) {
    const bed = await NatsBed.start('always');
    try {
      const executor = await executorOn(bed);
      const js = bed.bare.jetstream();
      const rows: BenchRow[] = [];
      for (const load of loads(quick)) {
        const result = await contest({
          rounds: quick ? 5 : 15,
          ours: (round) => executed(executor, load, `s${load.streams}-r${round}`),
          peer: (round) => peer(js, load, `s${load.streams}-r${round}`),
        }, (text) => progress(`${load.streams} in flight, ${text}`));
        rows.push(speedRow(`append, ${load.streams} in flight`, load.streams * load.each, result, { bound: { atLeast: 0.85 } }));
      }
      return rows;
    } finally {
      await bed.stop();
    }
  },
};
