import type { Partition } from '@ballast/domain';
import { type Requests, RequestTimeout } from '@ballast/bus';
import { ALL_PARTITIONS } from './read-log.js';

/** Services that every desk has, beside its strategies. */
export const SERVICES = ['market-data', 'sizing', 'risk', 'execution', 'collateral', 'reporting', 'operator'];

const WORST_FIRST = ['DOWN', 'NOT READY', 'LIVE'] as const;
type State = (typeof WORST_FIRST)[number];

export interface ServiceRow {
  readonly service: string;
  /** The worst of its partitions. */
  readonly state: State;
  /** Lanes that wait for a person, of every partition. */
  readonly parkedLanes: readonly string[];
  /** What is amiss, and where it is amiss in some partitions only: in which. */
  readonly detail: string;
}

interface Answer {
  readonly partition: Partition;
  readonly state: State;
  readonly lanes: readonly string[];
  readonly fault: string;
}

/** Asks every partition of a service at once: replicas share them, so one that answers says nothing of the others. */
export async function serviceState({ requests }: { readonly requests: Requests }, service: string): Promise<ServiceRow> {
  const answers = await Promise.all(ALL_PARTITIONS.map((partition) => ask(requests, service, partition)));
  const parkedLanes = [...new Set(answers.flatMap(({ lanes }) => lanes))].sort();
  const state = WORST_FIRST.find((each) => answers.some((answer) => answer.state === each)) ?? 'LIVE';
  return { service, state, parkedLanes, detail: [...faultsOf(answers), ...(parkedLanes.length === 0 ? [] : ['see `ballast dead list`'])].join('; ') };
}

async function ask(requests: Requests, service: string, partition: Partition): Promise<Answer> {
  try {
    const reply = await requests.query(service, partition, 'parked', {});
    if (!reply.ok) return { partition, state: 'NOT READY', lanes: [], fault: reply.error };
    return { partition, state: 'LIVE', lanes: (reply.data as { readonly lanes: readonly string[] }).lanes, fault: '' };
  } catch (error) {
    if (error instanceof RequestTimeout) return { partition, state: 'DOWN', lanes: [], fault: 'does not answer' };
    throw error;
  }
}

function faultsOf(answers: readonly Answer[]): readonly string[] {
  const partitionsOf = new Map<string, Partition[]>();
  for (const { fault, partition } of answers) if (fault !== '') partitionsOf.set(fault, [...(partitionsOf.get(fault) ?? []), partition]);
  return [...partitionsOf].map(([fault, partitions]) => (partitions.length === answers.length ? fault : `${fault} (partition${partitions.length === 1 ? '' : 's'} ${partitions.join(', ')})`));
}
