import 'reflect-metadata';
import { afterEach, describe, expect, it } from 'vitest';
import { type DecisionRecord } from '@ballast/bus';
import { notional, ratio } from '@ballast/domain';
import type { BallastEvent, ProfileContent } from '@ballast/events';
import { type PolicyProfile, profileHash, PROFILES, profileText, profileTextHash } from '@ballast/policy';
import { policyDecider } from '../policy/policy.decider.js';
import { boundTo, DAY } from './ladder.builders.js';
import { auditOf, LadderDesk } from './ladder-desk.fixtures.js';

const { profile, ladder } = boundTo('scaling-capital');
/** Stages that can be climbed in two days on rounds that win; `winRateMin` is what the versions differ by. */
const quick = (version: number, winRateMin: string): PolicyProfile => ({
  ...profile, name: 'quick', version,
  ladder: { ...ladder, rungs: ladder.rungs.slice(0, 4).map((rung) => ({ ...rung, capital: notional('2000'), legNotionalMax: notional('300'), gate: { winRateMin: ratio(winRateMin), riskViolationsMax: 0, daysMin: 2 } })) },
});
const [OLD, NEW] = [quick(1, '0.5'), quick(2, '0.6')];
const knowing = (...profiles: readonly PolicyProfile[]): ReadonlyMap<string, PolicyProfile> => new Map([...PROFILES, ...profiles.map((each) => [each.name, each] as const)]);
const withoutQuick = knowing();

let desk: LadderDesk;
afterEach(() => desk.system.stop());

async function climb(to: string): Promise<void> {
  for (let round = 0; round < 6; round += 1) await desk.round();
  await desk.run(2 * DAY);
  await desk.worth();
  await desk.command('cli', 'ladder-request', { stated: ['ALERTS_UPDATED'] });
  expect(await desk.command('approver', 'ladder-approve', {})).toMatchObject({ event: 'PromotionApproved', rung: to });
  await desk.run(1);
}

/** One promotion under version 1, then a start with version 2 and another promotion under that. */
async function climbedOverVersions(): Promise<readonly DecisionRecord[]> {
  desk = await LadderDesk.start('quick', knowing(OLD));
  await climb('stage-2');
  await desk.again(knowing(NEW));
  await climb('stage-3');
  return desk.log();
}

const faultsOf = (log: readonly DecisionRecord[], known: ReadonlyMap<string, PolicyProfile>): readonly string[] => auditOf(log, known).flatMap(({ event, differences }) => differences.map((text) => `${event}: ${text}`));
/** Beside the hash of the evidence, which is of every decision: another digit in the log shows there too. */
const besideHash = (faults: readonly string[]): readonly string[] => faults.filter((fault) => !/^[A-Za-z]+: hash: recorded/.test(fault));
const contentsOf = (events: readonly BallastEvent[]): readonly ProfileContent[] => events.flatMap((event) => (event.type === 'PolicyInForceChanged' ? (event.contents ?? []) : []));
const changed = (log: readonly DecisionRecord[], change: (contents: readonly ProfileContent[]) => readonly ProfileContent[] | undefined): readonly DecisionRecord[] =>
  log.map((decision) => ({
    ...decision,
    events: decision.events.map((event): BallastEvent => {
      if (event.type !== 'PolicyInForceChanged' || !event.contents) return event;
      const { contents, ...rest } = event;
      const now = change(contents);
      return now ? { ...rest, contents: now } : rest;
    }),
  }));

describe('an audit of promotions under past versions of a profile', () => {
  it('takes each as the log recorded it, though the build has a later one, or none (R27)', async () => {
    const log = await climbedOverVersions();
    expect(auditOf(log, knowing(NEW)).map(({ event }) => event)).toEqual(['PromotionRequested', 'PromotionApproved', 'RungEntered', 'RungWatchPassed', 'PromotionRequested', 'PromotionApproved', 'RungEntered']);
    for (const known of [knowing(NEW), knowing(OLD), withoutQuick]) expect(faultsOf(log, known)).toEqual([]);
  });

  it('says where a version is neither in the log nor in the build, and of that one alone', async () => {
    const log = changed(await climbedOverVersions(), () => undefined);
    const faults = besideHash(faultsOf(log, knowing(NEW)));
    expect(faults).toHaveLength(4);
    for (const fault of faults) expect(fault).toMatch(/profile: quick@1( \(.+\))? is neither in the log nor in this build: its gate can't be computed again$/);
    expect(faults.map((fault) => fault.slice(0, fault.indexOf(':')))).toEqual(['RungEntered', 'PromotionRequested', 'PromotionApproved', 'RungEntered']);
  });

  it.each<[string, (content: ProfileContent) => ProfileContent]>([
    ['whose hash is of another text', (content) => ({ ...content, content: content.content.replace('"winRateMin":"0.5"', '"winRateMin":"0.1"') })],
    ['that names another hash', (content) => ({ ...content, hash: 'other' })],
    ['that is of no profile', (content) => ({ ...content, hash: profileTextHash('[]'), content: '[]' })],
  ])('does not take content %s', async (_what, forge) => {
    const log = changed(await climbedOverVersions(), (contents) => contents.map(forge));
    expect(faultsOf(log, knowing(NEW)).filter((fault) => fault.includes('quick@1') && fault.includes('neither in the log nor in this build'))).toHaveLength(4);
  });

  it('does not let the log stand in for a version that the build has: numbers changed under it are a fault', async () => {
    const log = await climbedOverVersions();
    const text = profileText(quick(2, '0.1'));
    const forged = changed(log, (contents) => [...contents, { ref: 'quick@2', hash: profileTextHash(text), content: text }]);
    expect(besideHash(faultsOf(forged, knowing(NEW)))).toEqual([]);
    expect(faultsOf(forged, knowing(NEW))).not.toEqual([]);
    expect(faultsOf(log, knowing(quick(2, '0.7')))).toContainEqual(expect.stringContaining('criterion asked by the profile: win-rate (winRate ABOVE 0.7'));
  });

  it('judges by the one that was in force, where two of one version are in the log', async () => {
    const log = await climbedOverVersions();
    const text = profileText(quick(1, '0.1'));
    const more = { ref: 'quick@1', hash: profileTextHash(text), content: text };
    for (const contents of [[more], []]) expect(besideHash(faultsOf(changed(log, (found) => [...contents, ...found, more]), knowing(NEW)))).toEqual([]);
  });
});

describe('the content of a profile in the log', () => {
  it('is written with its version, once for each, whatever bots come and rungs go', async () => {
    const log = await climbedOverVersions();
    await desk.bot('b2', 'quick');
    expect(contentsOf((await desk.log()).flatMap(({ events }) => events)).map(({ ref, hash }) => [ref, hash])).toEqual([['quick@1', profileHash(OLD)], ['quick@2', profileHash(NEW)]]);
    expect(log.flatMap(({ events }) => events).filter((event) => event.type === 'PolicyInForceChanged').length).toBeGreaterThan(2);
    expect(await desk.ask('policy')).not.toHaveProperty('contents');
  });

  it('is not written where a profile has no ladder (W-18)', async () => {
    desk = await LadderDesk.start('demo');
    await desk.bot('b2', 'legion');
    const policies = await desk.events('PolicyInForceChanged');
    expect(policies).toHaveLength(2);
    for (const event of policies) expect(event).not.toHaveProperty('contents');
  });

  it('is added by the next start, where an older log is without it', async () => {
    desk = await LadderDesk.start('quick', knowing(OLD));
    const [first] = await desk.events('PolicyInForceChanged');
    const { contents: _none, ...older } = first!;
    const before = contentsOf((await desk.log()).flatMap(({ events }) => events)).length;
    const decide = policyDecider.decide({ revision: 1, bots: older.bots, rung: older.rung }, { type: 'RecordPolicy', portfolioId: 'p1', bots: older.bots, rung: older.rung, contents: first!.contents }, { decisionId: 'd', at: 0 });
    expect(decide).toEqual([{ ...older, revision: 2, contents: first!.contents, reason: 'quick@1: recorded whole' }]);
    await desk.again(knowing(OLD));
    expect(contentsOf((await desk.log()).flatMap(({ events }) => events))).toHaveLength(before);
  });
});
