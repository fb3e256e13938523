import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Finding, findingText, lintProfile, type ListedLimit, MAINTENANCE_MARGIN, numbersOn, percent, type PolicyProfile, PROFILE_FILES, type ProfileFile, profileHash, profileRef, readProfile, type Rung, rungNamed, withRung, type WrittenNumber } from '@ballast/policy';
import { type Id, partitionOf, type Ratio } from '@ballast/domain';
import { query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { CliFailure, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show, tableOf } from '../output.js';
import { portfolioMeant } from '../portfolios.js';
import { onBus, withExamples } from './options.js';

interface LintOptions {
  readonly maintenanceMargin?: string;
  readonly json?: boolean;
}
interface ShowOptions {
  readonly rung?: string;
  readonly json?: boolean;
}

interface InForceOptions extends LinkOptions {
  readonly portfolio?: string;
}

const EXIT_FAULT = 1;

/** `ballast policy lint|list|show`: the profiles as data, without any service (W-18); `in-force`: what binds a portfolio's bots. */
export function addPolicy(program: Command, io: CliIo, exit: (code: number) => void): void {
  const policy = withExamples(program.command('policy'), 'ballast policy list').description('policy profiles: the limits that a bot binds, with where each number comes from');
  withExamples(policy.command('lint'), 'ballast policy lint libs/policy/profiles/legion.json')
    .description('contradictions in a profile file; exit code 1 where it could not be used')
    .argument('<file>', 'a profile as JSON, every number with its unit and its source: "5x (R3)"')
    .option('--maintenance-margin <percent>', 'what the venue keeps, for the liquidation buffer (default "5 %", C-8)')
    .option('--json', 'one JSON document on stdout')
    .action((file: string, options: LintOptions) => lint(file, options, io, exit));
  withExamples(policy.command('list'), 'ballast policy list')
    .description('every profile that a bot can bind')
    .option('--json', 'one JSON document on stdout')
    .action((options: ShowOptions) => list(options, io));
  withExamples(policy.command('show'), 'ballast policy show dn-pair-v4.1', 'ballast policy show dn-pair-v4.1 --rung phase-2/months-2-3')
    .description('the limits of one profile, with where each number comes from')
    .argument('<name>', 'its name')
    .option('--rung <name>', 'as they hold on this rung of its ladder')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, options: ShowOptions) => showProfile(name, options, io));
  onBus(policy.command('in-force'), 'ballast policy in-force')
    .description('what binds the bots of a portfolio: profiles, versions, hashes, rung, and every limit with its origin')
    .option('--portfolio <id>', 'the portfolio (default: the only one there is)')
    .action((options: InForceOptions) => inForce(options, io));
}

interface PolicyReply {
  readonly portfolioId: Id;
  readonly revision: number;
  readonly rung?: string;
  readonly bots: readonly { readonly botId: Id; readonly profiles: readonly { readonly name: string; readonly ref?: string; readonly hash?: Id }[]; readonly limits: readonly ListedLimit[] }[];
}

async function inForce(options: InForceOptions, io: CliIo): Promise<void> {
  const policy = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    return (await query(bus, 'risk', partitionOf(portfolioId), 'policy', { portfolioId })) as PolicyReply;
  });
  show(io, options.json, policy, () => linesOf(`policy ${policy.revision} of portfolio ${policy.portfolioId}${policy.rung === undefined ? '' : `, on rung ${policy.rung}`}`, ...policy.bots.map(botText)));
}

const botText = ({ botId, profiles, limits }: PolicyReply['bots'][number]): string =>
  linesOf(`bot ${botId}: ${profiles.map(({ name, ref, hash }) => (ref === undefined ? `${name} is not known` : `${ref} ${hash ?? ''}`)).join(', ')}`, tableOf(['limit', 'value', 'from'], limits.map(({ limit, value, profile }) => [limit, value, profile]), 'nothing is approved: a profile of it is not known'));

function lint(file: string, options: LintOptions, io: CliIo, exit: (code: number) => void): void {
  const margin = marginOf(options.maintenanceMargin);
  const read = readProfile(textOf(file, io));
  const findings: readonly Finding[] = 'profile' in read ? lintProfile(read.profile, margin) : read.faults;
  const faults = findings.filter(({ severity }) => severity === 'FAULT');
  if (faults.length > 0) exit(EXIT_FAULT);
  show(io, options.json, { file, usable: faults.length === 0, findings }, () =>
    linesOf(...findings.map((finding) => `${finding.severity === 'FAULT' ? 'fault' : 'warning'}: ${findingText(finding)}`), faults.length === 0 ? `${file} can be used: ${findings.length === 0 ? 'nothing found' : `${findings.length} to know of`}` : `${file} can't be used: ${faults.length} to change`));
}

function marginOf(text: string | undefined): Ratio {
  if (text === undefined) return MAINTENANCE_MARGIN;
  const margin = percent.read(text);
  if (!margin) throw new WrongUsage(`--maintenance-margin: found "${text}", allowed is ${percent.allowed}`);
  return margin;
}

function textOf(file: string, io: CliIo): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new CliFailure(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`, 'name a profile file; those that come with the system are in libs/policy/profiles');
  }
}

function list({ json }: ShowOptions, io: CliIo): void {
  const profiles = [...PROFILE_FILES.values()].map(({ profile }) => ({ name: profile.name, version: profile.version, hash: profileHash(profile), binds: partsOf(profile), source: profile.source }));
  show(io, json, { profiles }, () => tableOf(['profile', 'version', 'binds beside its limits', 'source'], profiles.map(({ name, version, binds, source }) => [name, version, binds.join(', ') || 'nothing', source]), 'there is no profile'));
}

const partsOf = (profile: PolicyProfile): readonly string[] => [
  ...(['stops', 'guards', 'sizing', 'treasury'] as const).filter((part) => profile[part] !== undefined),
  ...(profile.ladder ? [`${profile.ladder.rungs.length} ${profile.ladder.kind.toLowerCase() === 'stages' ? 'stages' : 'rungs of phases'}`] : []),
];

function showProfile(name: string, { rung: rungName, json }: ShowOptions, io: CliIo): void {
  const file = PROFILE_FILES.get(name);
  if (!file) throw new CliFailure(`there is no profile ${name}`, `name one of ${[...PROFILE_FILES.keys()].join(', ')}`);
  const rung = rungName === undefined ? undefined : rungOf(file, rungName);
  const profile = rung ? withRung(file.profile, rung) : file.profile;
  const numbers = numbersOn(file, rungName);
  const rungs = file.profile.ladder?.rungs.map((each) => each.name) ?? [];
  const head = { name, version: profile.version, ref: profileRef(profile), hash: profileHash(profile), source: profile.source, ...(rung ? { rung: rung.name } : { rungs }) };
  show(io, json, { ...head, limits: Object.fromEntries(numbers) }, () => linesOf(`${head.ref} ${head.hash}`, head.source, limitTable(numbers), ...(rung || rungs.length === 0 ? [] : [`before any rung; its rungs (--rung): ${rungs.join(', ')}`])));
}

function rungOf({ profile }: ProfileFile, name: string): Rung {
  if (!profile.ladder) throw new CliFailure(`profile ${profile.name} has no ladder`, 'leave out --rung');
  const rung = rungNamed(profile.ladder, name);
  if (!rung) throw new CliFailure(`profile ${profile.name} has no rung ${name}`, `name one of ${profile.ladder.rungs.map((each) => each.name).join(', ')}`);
  return rung;
}

const limitTable = (numbers: ReadonlyMap<string, WrittenNumber>): string => tableOf(['limit', 'value', 'from'], [...numbers].map(([field, { text, source }]) => [field, text, source]), 'no limit');
