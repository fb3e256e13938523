import { beaten, given, type LeaseTable, surplusOf, type Unit, unitsOf, without } from './lease-table.js';

/** Whoever comes next; no replica has this name. */
const NEWCOMER = '+';
/** Rounds of signs of life after which a table no longer changes: one to look round, one to give up, one to take. */
const ROUNDS = 4;

/**
 * Every set of units that some replica owns now or may own soon: after one of the replicas is gone, after one more has come, and after one
 * was replaced. Where several may take what is free, each of them may be the first. In the order in which they are needed: what a death leaves first.
 */
export function setsAhead(table: LeaseTable): readonly (readonly Unit[])[] {
  const replicas = Object.keys(table.replicas);
  const bereft = replicas.flatMap((id) => outcomes(without(table, [id])));
  const replaced = bereft.flatMap((left) => outcomes(withNewcomer(left)));
  const sets = new Map<string, readonly Unit[]>();
  for (const one of [...bereft, ...outcomes(table), ...outcomes(withNewcomer(table)), ...replaced]) {
    for (const id of Object.keys(one.replicas)) {
      const units = unitsOf(one, id);
      if (units.length > 0) sets.set(units.join(), units);
    }
  }
  return [...sets.values()];
}

const withNewcomer = (table: LeaseTable): LeaseTable => ({ ...table, replicas: { ...table.replicas, [NEWCOMER]: 0 } });

/** How a table may come to rest, by who gives a sign of life first. */
function outcomes(table: LeaseTable): readonly LeaseTable[] {
  const order = Object.keys(table.replicas);
  return order.map((_, first) => settled(table, [...order.slice(first), ...order.slice(0, first)]));
}

function settled(table: LeaseTable, order: readonly string[]): LeaseTable {
  let now = table;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const id of order) {
      now = beaten(now, id, { beat: (now.replicas[id] ?? 0) + 1, dead: [] });
      now = given(now, id, surplusOf(now, id));
    }
  }
  return now;
}
