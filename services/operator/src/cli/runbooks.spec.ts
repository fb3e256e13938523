import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { WrongUsage } from './io.js';
import { programOf } from './program.js';
import { ioOf } from './story.fixtures.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const pagesIn = (folder: string): readonly string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join(folder, file)).sort();
const RUNBOOKS = pagesIn('docs/runbooks');
const PAGES = ['README.md', ...pagesIn('docs')].filter((page) => !RUNBOOKS.includes(page));

/** `ballast …` is any command. */
const SPAN = /`((?:npx )?ballast [^`…][^`]*)`/g;
const LINE = /^ *(?:\$ )?((?:npx |docker compose run --rm )?ballast [a-z-].*)$/gm;
const BLOCK = /^```[^]*?^```$/gm;
const PLACEHOLDER = /<([^>]+)>/g;
const WORD = /"([^"]*)"|(\S+)/g;
/** Where the command ends and the shell, or a remark, begins. */
const REST = / +(?:[#>|\\]|&&)(?: .*)?$/;

interface Typed {
  readonly text: string;
  readonly argv: readonly string[];
  /** What stands in its place in angle brackets. */
  readonly placeholders: readonly string[];
}

function typed(text: string): Typed {
  const placeholders = [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  const words = text.replace(/^.*?\bballast /, '').replaceAll(PLACEHOLDER, 'given').replace(REST, '');
  return { text, argv: [...words.matchAll(WORD)].map(([, quoted, word]) => quoted ?? word ?? ''), placeholders };
}

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
/** Commands as a person would type them: those in blocks, and in a runbook all of them. */
const linesIn = (text: string): readonly Typed[] => [...text.matchAll(BLOCK)].flatMap(([block]) => [...block.matchAll(LINE)].map(([, line]) => typed(line ?? '')));
const spansIn = (text: string): readonly Typed[] => [...text.replaceAll(BLOCK, '').matchAll(SPAN)].map(([, span]) => typed(span ?? ''));

/** The command has everything, and would run now. */
class Understood extends Error {}

const HELP_SHOWN = 'commander.helpDisplayed';
/** What may be left out where a command is only named. */
const BY_NAME = ['commander.missingArgument', 'commander.help'];

function relax(command: Command): void {
  for (const option of command.options) option.makeOptionMandatory(false);
  command.commands.forEach(relax);
}

/** Why the command line does not take this; undefined where it does. Nothing is run. */
function faultOf({ text, argv, placeholders }: Typed, as: 'typed' | 'named' = 'typed'): string | undefined {
  const program = programOf(ioOf(), () => undefined);
  let meant: Command = program;
  if (as === 'named') relax(program);
  program.hook('preAction', (_, command) => {
    meant = command;
    throw new Understood();
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.code === HELP_SHOWN || (as === 'named' && BY_NAME.includes(error.code)) ? undefined : `${text}: ${error.message}`;
    if (error instanceof WrongUsage) return `${text}: ${error.message}`;
    if (!(error instanceof Understood)) throw error;
  }
  const odd = meant.name() === 'explain' ? placeholders.find((each) => !/\bid$/.test(each) && !meant.description().includes(each)) : undefined;
  return odd === undefined ? undefined : `${text}: explain tells ${meant.description()}, and no <${odd}>`;
}

const faultsIn = (found: readonly Typed[], as?: 'typed' | 'named'): readonly string[] => found.flatMap((command) => faultOf(command, as) ?? []);

describe('the commands of the runbooks', () => {
  it('are many, so that none is lost by how it is written', () => {
    expect(RUNBOOKS.flatMap((page) => spansIn(textOf(page))).length).toBeGreaterThan(80);
  });

  it.each(RUNBOOKS)('can be typed as they stand in %s', (page) => {
    expect(faultsIn([...spansIn(textOf(page)), ...linesIn(textOf(page))])).toEqual([]);
  });

  it.each([
    ['a command that there is not', 'ballast restart risk', /unknown command 'restart'/],
    ['an option that there is not', 'ballast tail --from 200', /unknown option '--from'/],
    ['an option left out', 'ballast ladder rollback', /required option '--reason <text>' not specified/],
    ['an option without its value', 'ballast halt --reason', /argument missing/],
    ['an argument left out', 'ballast bot pause', /missing required argument 'bot'/],
    ['an argument too many', 'ballast status risk', /too many arguments/],
    ['a group alone', 'ballast dead', /outputHelp/],
    ['a report that there is not', 'ballast report fills', /kind: found "fills", allowed is one of standup/],
    ['an id that has no story', 'ballast explain <account>', /and no <account>/],
  ])('would be found out by %s', (_what, command, fault) => {
    expect(faultOf(typed(command))).toMatch(fault);
  });
});

describe('the commands of the other pages', () => {
  it.each(PAGES)('can be typed where they stand in a block, and name what there is, in %s', (page) => {
    expect([...faultsIn(linesIn(textOf(page))), ...faultsIn(spansIn(textOf(page)), 'named')]).toEqual([]);
  });

  it.each([
    ['a command that there is not', 'ballast log prune', /unknown command 'prune'/],
    ['an option that there is not', 'ballast log archive --quick', /unknown option '--quick'/],
  ])('would be found out by %s', (_what, command, fault) => {
    expect(faultOf(typed(command), 'named')).toMatch(fault);
  });
});
