import { expect, it } from 'vitest';
import { type Reply, Requests, RequestTimeout } from '@ballast/bus';
import { PARTITIONS } from '@ballast/domain';
import { serviceState } from './service-state.js';

type Answers = Readonly<Record<number, Reply | 'silent'>>;

/** Every partition is served and at rest, but for those named. */
class Replicas extends Requests {
  readonly asked: number[] = [];

  constructor(private readonly answers: Answers) {
    super();
  }

  as(): this {
    return this;
  }

  command(): Promise<Reply> {
    return Promise.reject(new Error('a status commands nothing'));
  }

  query(_service: string, partition: number): Promise<Reply> {
    this.asked.push(partition);
    const answer = this.answers[partition] ?? lanes();
    return answer === 'silent' ? Promise.reject(new RequestTimeout('nobody listens')) : Promise.resolve(answer);
  }
}

const lanes = (...names: readonly string[]): Reply => ({ ok: true, data: { lanes: names } });
const refused: Reply = { ok: false, error: 'still folding' };
const everywhere = (answer: Reply | 'silent'): Answers => Object.fromEntries(Array.from({ length: PARTITIONS }, (_, partition) => [partition, answer]));
const stateOf = (answers: Answers): Promise<object> => serviceState({ requests: new Replicas(answers) }, 'risk');

it.each<[string, Answers, object]>([
  ['a service that is whole', {}, { state: 'LIVE', parkedLanes: [], detail: '' }],
  ['one partition that nobody serves', { 5: 'silent' }, { state: 'DOWN', parkedLanes: [], detail: 'does not answer (partition 5)' }],
  ['a replica that is away with its half', { 4: 'silent', 5: 'silent', 6: 'silent', 7: 'silent' }, { state: 'DOWN', detail: 'does not answer (partitions 4, 5, 6, 7)' }],
  ['a service that is away, in as few words', everywhere('silent'), { state: 'DOWN', detail: 'does not answer' }],
  ['a service that refuses everywhere', everywhere(refused), { state: 'NOT READY', detail: 'still folding' }],
  ['the worst of several, and all that is amiss', { 1: refused, 6: 'silent' }, { state: 'DOWN', detail: 'still folding (partition 1); does not answer (partition 6)' }],
])('shows of a desk with replicas %s', async (_what, answers, row) => {
  expect(await stateOf(answers)).toMatchObject(row);
});

it('shows the lanes that wait at every replica, each once: a process tells of all of its partitions each time', async () => {
  const one = lanes('0:acct1', '3:acct9');
  expect(await stateOf({ 0: one, 1: one, 2: one, 3: one, 4: lanes('4:acct2') })).toEqual({ service: 'risk', state: 'LIVE', parkedLanes: ['0:acct1', '3:acct9', '4:acct2'], detail: 'see `ballast dead list`' });
});

it('asks every partition before it waits for one', async () => {
  const replicas = new Replicas({});
  const asking = serviceState({ requests: replicas }, 'risk');
  expect(replicas.asked).toEqual(Array.from({ length: PARTITIONS }, (_, partition) => partition));
  await asking;
});
