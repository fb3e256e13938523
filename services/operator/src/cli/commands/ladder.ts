import type { Command } from 'commander';
import { type Id, partitionOf } from '@ballast/domain';
import type { LadderCriterion, LadderEvidence, ScaleCheck } from '@ballast/events';
import { type AuditedClaim, claimsOf, LadderAudit, type LadderClaim, RecordedProfiles, unapprovedIn } from '@ballast/ladder';
import { PROFILES } from '@ballast/policy';
import { command, query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, CliFailure, type CliIo } from '../io.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { portfolioMeant } from '../portfolios.js';
import { readFiltered, readLog } from '../read-log.js';
import { onBus, withExamples, withKey } from './options.js';

interface LadderOptions extends LinkOptions {
  readonly portfolio?: string;
  readonly reason?: string;
  readonly alertsUpdated?: boolean;
  readonly to?: string;
  readonly key?: string;
}

interface Status {
  readonly portfolioId: Id;
  readonly standing: { readonly rung: string; readonly at: number; readonly watchUntil?: number } | null;
  readonly profile?: string;
  readonly ladder?: string;
  readonly rungs?: readonly { readonly name: string; readonly capital: string; readonly leverageMax: string; readonly positionMax: string; readonly legNotionalMax: string }[];
  readonly next?: string;
  readonly pending?: { readonly to: string; readonly by: string; readonly requestId: Id };
  readonly evidence?: LadderEvidence;
  readonly criteria?: readonly LadderCriterion[];
  readonly checklist?: readonly ScaleCheck[];
  readonly falls?: readonly LadderCriterion[];
}

interface Reply {
  readonly outcome: string;
  readonly rung?: string;
  readonly event?: string;
  readonly reason?: string;
  readonly pending?: { readonly to: string };
  readonly decided?: { readonly outcome: string };
  readonly criteria?: readonly LadderCriterion[];
  readonly checklist?: readonly ScaleCheck[];
}

/** `ballast ladder …`: where a portfolio stands, what the next rung asks, and the way up and down (R27, R28, R55–R57). */
export function addLadder(program: Command, io: CliIo, exit: (code: number) => void): void {
  const ladder = withExamples(program.command('ladder'), 'ballast ladder status').description('capital ladders: where a portfolio stands, evidence, promotion and rollback');
  const of = (name: string, does: string, ...examples: readonly string[]): Command => onBus(ladder.command(name), ...examples).description(does).option('--portfolio <id>', 'the portfolio (default: the only one there is)');
  const deciding = (name: string, does: string, example: string): Command => withKey(of(name, does, example)).requiredOption('--reason <text>', 'why, for the log');
  of('status', 'each criterion of the next rung with its value, its limit and its evidence', 'ballast ladder status').action((options: LadderOptions) => status(options, io));
  deciding('request', 'asks for the next rung: judged at once, then an approver decides', 'ballast ladder request --reason "a calm fortnight" --alerts-updated')
    .option('--alerts-updated', 'states that the alert thresholds fit the new size (R55)')
    .action((options: LadderOptions) => decide('ladder-request', { stated: options.alertsUpdated === true ? ['ALERTS_UPDATED'] : [] }, { options, io, exit }));
  deciding('approve', 'lets the portfolio climb, on evidence of this moment; needs the credential of the approver', 'ballast ladder approve --as approver --reason "looked at the fortnight"').action((options: LadderOptions) => decide('ladder-approve', {}, { options, io, exit }));
  deciding('reject', 'turns the request down', 'ballast ladder reject --as approver --reason "not before the weekend"').action((options: LadderOptions) => decide('ladder-reject', {}, { options, io, exit }));
  deciding('rollback', 'takes the portfolio to the rung below at once', 'ballast ladder rollback --reason "fills are late"')
    .option('--to <rung>', 'a lower rung by its name')
    .action((options: LadderOptions) => decide('ladder-rollback', options.to === undefined ? {} : { to: options.to }, { options, io, exit }));
  onBus(ladder.command('audit'), 'ballast ladder audit').description('computes the evidence of every decision about rungs again from the log; exit code 1 where a digit differs').action((options: LadderOptions) => audit(options, io, exit));
}

async function status(options: LadderOptions, io: CliIo): Promise<void> {
  const found = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    return (await query(bus, 'risk', partitionOf(portfolioId), 'ladder', { portfolioId })) as Status;
  });
  show(io, options.json, found, () => statusText(found));
}

function statusText({ portfolioId, standing, profile, ladder, rungs = [], next, pending, evidence, criteria = [], checklist = [], falls = [] }: Status): string {
  if (!standing) return `portfolio ${portfolioId} is on no ladder: none of its bots binds a profile with one (\`ballast policy list\`)`;
  return linesOf(
    `portfolio ${portfolioId} is on ${standing.rung} of ${profile ?? ''} (${(ladder ?? '').toLowerCase()}) since ${timeText(standing.at)}${standing.watchUntil === undefined ? '' : `, watched until ${timeText(standing.watchUntil)}`}`,
    tableOf(['rung', 'capital', 'leverage', 'position', 'legs to'], rungs.map(({ name, capital, leverageMax, positionMax, legNotionalMax }) => [name === standing.rung ? `${name} *` : name, capital, `${leverageMax}x`, positionMax, legNotionalMax]), 'no rungs'),
    ...(next === undefined ? ['there is no rung above'] : [`what ${next} asks:`, criteriaTable(criteria), checklistTable(checklist)]),
    ...(falls.length === 0 ? [] : ['what it must keep to:', criteriaTable(falls)]),
    ...(pending ? [`${pending.by} asks for ${pending.to}: \`ballast ladder approve --as approver --reason …\``] : []),
    ...(evidence ? [evidenceText(evidence)] : ['no evidence of this rung yet']),
  );
}

const MUST: Readonly<Record<LadderCriterion['must'], string>> = { ABOVE: '>', AT_LEAST: '>=', BELOW: '<', AT_MOST: '<=' };
const criteriaTable = (criteria: readonly LadderCriterion[]): string => tableOf(['criterion', 'value', 'asked', 'unit', 'met'], criteria.map(({ criterion, value, must, limit, unit, met }) => [criterion, value ?? 'not measured', `${MUST[must]} ${limit}`, unit.toLowerCase(), met ? 'yes' : 'NO']), 'nothing is asked');
const checklistTable = (checklist: readonly ScaleCheck[]): string => tableOf(['before size grows', 'by', 'detail', 'done'], checklist.map(({ item, source, detail, met }) => [item.toLowerCase().replaceAll('_', ' '), source.toLowerCase(), detail, met ? 'yes' : 'NO']), 'nothing is asked');
const evidenceText = ({ firstSequence, lastSequence, from, to, hash }: LadderEvidence): string => `evidence: sequences ${firstSequence} to ${lastSequence} of the portfolio's partition, ${timeText(from)} to ${timeText(to)}, hash ${hash}`;

interface Ran {
  readonly options: LadderOptions;
  readonly io: CliIo;
  readonly exit: (code: number) => void;
}

async function decide(verb: string, payload: object, { options, io, exit }: Ran): Promise<void> {
  const reply = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    return (await command(bus, { service: 'risk', partition: partitionOf(portfolioId), verb, payload: { portfolioId, ...payload, reason: options.reason ?? '' }, key: options.key })) as Reply;
  });
  show(io, options.json, reply, () => linesOf(saidOf(reply), ...(reply.event === 'PromotionDenied' ? [criteriaTable(reply.criteria ?? []), checklistTable(reply.checklist ?? [])] : [])));
  if (reply.event === 'PromotionDenied') exit(1);
}

function saidOf({ outcome, rung, event, reason, pending, decided }: Reply): string {
  switch (event) {
    case 'PromotionRequested':
      return `the next rung ${pending?.to ?? ''} is asked for: every criterion is met, an approver decides (\`ballast ladder approve --as approver\`)`;
    case 'PromotionDenied':
      return `denied, the portfolio stays on ${rung ?? ''}: ${reason ?? ''}`;
    case 'PromotionApproved':
    case 'RungEntered':
      return `the portfolio is on ${rung ?? ''}`;
    case 'PromotionRejected':
      return `the request is turned down, the portfolio stays on ${rung ?? ''}`;
  }
  return `${outcome === 'duplicate' || outcome === 'nothing' ? 'carried out before' : outcome}: the portfolio is on ${rung ?? ''}${decided ? `, the last request was ${decided.outcome.toLowerCase()}` : ''}`;
}

async function audit(options: LadderOptions, io: CliIo, exit: (code: number) => void): Promise<void> {
  const { claims, unapproved } = await withBus(io, options, auditLog);
  const faults = claims.filter(({ differences }) => differences.length > 0);
  show(io, options.json, { ok: faults.length === 0 && unapproved.length === 0, claims: claims.map(rowOf), unapproved }, () => auditText(claims, unapproved));
  if (faults.length === 0 && unapproved.length === 0) return;
  for (const { portfolioId, event, sequence, differences } of faults) io.err(`${event} of portfolio ${portfolioId} at sequence ${sequence}: ${differences.join('; ')}`);
  for (const place of unapproved) io.err(`rung entered by a promotion that nobody approved at ${place}`);
  io.err('next: run `ballast verify` for the chains, roll back (`ballast ladder rollback`), and look at who wrote what');
  exit(1);
}

interface Audited {
  readonly claims: readonly AuditedClaim[];
  /** `<partition>:<sequence>`. */
  readonly unapproved: readonly string[];
}

/** First what was claimed and which profiles were recorded, then the whole log beside it. @throws CliFailure where a chain is broken. */
async function auditLog({ store }: CliBus): Promise<Audited> {
  const claims: LadderClaim[] = [];
  const unapproved: string[] = [];
  const profiles = new RecordedProfiles();
  await readFiltered(store, (partition) => [`evt.${partition}.risk.ladder.*`, `evt.${partition}.risk.policy.*`], (decision) => {
    decision.events.forEach((event) => profiles.take(event));
    claims.push(...claimsOf(decision));
    if (unapprovedIn(decision)) unapproved.push(`${decision.partition}:${decision.sequence}`);
  });
  if (claims.length === 0 && unapproved.length === 0) return { claims: [], unapproved };
  const ladders = new LadderAudit(claims, PROFILES, profiles);
  await readLog(store, undefined, (decision) => ladders.see(decision));
  const audited = ladders.report();
  if (audited.length < claims.length) throw new CliFailure(`${claims.length} decisions about rungs are in the log, ${audited.length} could be computed again`, 'run `ballast verify`: a part of the log is missing');
  return { claims: audited, unapproved };
}

const rowOf = ({ portfolioId, event, partition, sequence, at, evidence, differences }: AuditedClaim): object => ({
  portfolioId, event, place: `${partition}:${sequence}`, at: timeText(at), rung: evidence.rung, firstSequence: evidence.firstSequence, lastSequence: evidence.lastSequence, hash: evidence.hash, same: differences.length === 0, differences,
});

function auditText(claims: readonly AuditedClaim[], unapproved: readonly string[]): string {
  const rows = claims.map(({ portfolioId, event, partition, sequence, evidence, differences }) => [portfolioId, event, `${partition}:${sequence}`, evidence.rung, `${evidence.firstSequence} to ${evidence.lastSequence}`, differences.length === 0 ? 'the same digits' : `DIFFERS: ${differences.join('; ')}`]);
  const bad = claims.filter(({ differences }) => differences.length > 0).length + unapproved.length;
  return linesOf(tableOf(['portfolio', 'decision', 'place', 'rung', 'evidence', 'computed again'], rows, 'no decision about a rung rests on evidence yet'), bad === 0 ? `${claims.length} computed again from the log: every digit agrees` : `${bad} of ${claims.length} do not hold`);
}
