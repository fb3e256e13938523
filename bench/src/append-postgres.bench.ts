import { bareDecision, executed, executorOn, inParallel, type Load, loads } from './append-load.js';
import { type Bench, type BenchRow, speedRow } from './bench.js';
import { NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';
import { PostgresLog } from './postgres-log.js';
import { findPostgres, type PostgresPrograms, PostgresServer } from './postgres-server.js';

const CONNECTIONS = 16;

function peer(log: PostgresLog, load: Load, round: string): Promise<number> {
  return inParallel(load, async (stream) => {
    const name = `execution.trade.${round}-${stream}`;
    for (let version = 1; version <= load.each; version += 1) {
      const decision = bareDecision(name, version);
      await log.append(name, version - 1, decision.decisionId, JSON.stringify(decision));
    }
  });
}

async function measured(programs: PostgresPrograms, quick: boolean, progress: (text: string) => void): Promise<readonly BenchRow[]> {
  progress('sets up a PostgreSQL in a temporary folder');
  const server = await PostgresServer.start(programs);
  const bed = await NatsBed.start('always');
  const log = await PostgresLog.open(server.url, CONNECTIONS);
  try {
    const executor = await executorOn(bed);
    const rows: BenchRow[] = [];
    for (const load of loads(quick)) {
      const result = await contest({
        rounds: quick ? 5 : 15,
        ours: (round) => executed(executor, load, `s${load.streams}-r${round}`),
        peer: (round) => peer(log, load, `s${load.streams}-r${round}`),
      }, (text) => progress(`${load.streams} in flight, ${text}`));
      rows.push(speedRow(`append, ${load.streams} in flight`, load.streams * load.each, result));
    }
    return rows;
  } finally {
    await log.close();
    await bed.stop();
    await server.stop();
  }
}

export const appendPostgresBench: Bench = {
  name: 'append-postgres',
  about: 'The same append against an event log on PostgreSQL: expected version checked, one prepared statement, one transaction and one round trip an append, by the pg driver with nothing in between; fsync and synchronous_commit on; both servers store on the same disk. It stands in for @event-driven-io/emmett, which is published without a licence and so is no dependency of ours, and is not measured.',
  async run({ quick, progress }) {
    const programs = findPostgres();
    if (programs) return measured(programs, quick, progress);
    progress('no PostgreSQL found');
    return [{ what: 'append', ours: '', peer: '', note: 'no PostgreSQL found: not on PATH, not where Debian keeps it, and POSTGRES_BIN is not set' }];
  },
};
