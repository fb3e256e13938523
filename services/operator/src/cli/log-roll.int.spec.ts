import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveLog, ArchiveFolder, connectLogStreams, CONTRACTS_UP_TO, InMemoryEventStore, type LogStreams, openingSubject, restoreLog, SealedLog, sealIn, startProvisioner, type Thinning } from '@ballast/bus';
import { ManagedProcess, startNatsServer, WORKSPACE_ROOT } from '@ballast/testing';
import { connectCli } from './connection.js';
import { P, RollDesk, type Service, STREAM } from './roll/roll-desk.fixtures.js';
import { rounds } from './roll/rounds.fixtures.js';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const CLI = join(WORKSPACE_ROOT, 'services', 'operator', 'bin', 'ballast.js');
const fail = (error: Error): void => {
  throw error;
};
const json = ({ out }: Ran): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

/** The log of one user, of whom the command dies at one call: `when` it is about to be made, or after it. */
function dying(log: LogStreams, method: 'read' | 'append' | 'thin', call: number, when: 'before' | 'after' | 'halfway'): LogStreams {
  let calls = 0;
  return new Proxy(log, {
    get: (target, name) => {
      const own = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name !== method) return own.bind(target);
      return async (...args: unknown[]) => {
        calls += 1;
        if (calls < call) return own.apply(target, args);
        if (when === 'after') await own.apply(target, args);
        if (when === 'halfway') await own.apply(target, [...args.slice(0, 2), (args[2] as readonly Thinning[]).slice(0, 2)]);
        throw new Error('killed');
      };
    },
  });
}

/** The log of one user, of whom some calls are others. */
const altered = (log: LogStreams, calls: Partial<LogStreams>): LogStreams =>
  new Proxy(log, { get: (target, name) => (Reflect.get(calls, name) as unknown) ?? (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target) });

type LogStreamsDeath = readonly [method: Parameters<typeof dying>[1], call: number, when: Parameters<typeof dying>[3]];

const verified = async (desk: RollDesk, ...archive: readonly string[]): Promise<unknown> => ({ verify: (await desk.cli('verify', ...archive)).code, hash: json(await desk.cli('rebuild', '--json', ...archive))['hash'] });

describe('a partition that is rolled over', () => {
  let desk: RollDesk;
  let execution: Service;
  let before: Record<string, unknown>;

  beforeAll(async () => {
    desk = await RollDesk.start();
    execution = await desk.service('execution');
    await desk.service('reporting');
    await desk.trade(0, 6);
    before = json(await desk.cli('rebuild', '--json'));
  }, 120_000);
  afterAll(() => desk.stop());

  it('is archived, opens directly behind what is sealed with its verified books, and each stream keeps its last message', async () => {
    const { messages } = await desk.log.size(STREAM);
    const rolled = await desk.roll({ wholeMs: 0 });
    const subjects = await desk.log.subjects(STREAM);
    expect(rolled).toMatchObject({ sealedUpTo: messages, resumed: false, before: { messages }, after: { lastSequence: messages + 1 } });
    expect(rolled.after.messages).toBe(subjects.size);
    expect(rolled.after.messages).toBeLessThan(messages);
    expect(await ballast(['log', 'check', desk.archive])).toMatchObject({ code: 0, out: expect.stringContaining('everything holds') as string });
    expect(json(await desk.cli('rebuild', '--json', '--archive', desk.archive))).toMatchObject({ hash: before['hash'], decisions: messages + 1, cut: `${P}:${messages + 1}` });
  }, 120_000);

  it('is verified, rebuilt and told from its archive and the rest as one log, and says what it needs where no archive is named', async () => {
    expect(await desk.cli('verify', '--archive', desk.archive)).toMatchObject({ code: 0, out: expect.stringMatching(/opening[^]*everything holds/) as string });
    expect((await desk.cli('explain', 'trade1', '--archive', desk.archive)).out).toContain('closed COMPLETED');
    for (const command of [['verify'], ['rebuild'], ['explain', 'trade1'], ['positions']]) {
      expect(await desk.cli(...command)).toMatchObject({ code: 1, err: expect.stringMatching(new RegExp(`partition ${P} of the log is sealed up to \\d+, and is asked for from 1 on[^]*next: name the folder[^]*--archive`)) as string });
    }
  });

  it('is written to by the services that were there all the while, and by those that come back from their snapshots: the same state, the next version', async () => {
    const held = execution.holds();
    expect(await desk.write(execution, 'position', 'acct1-ETH-PERP', 'one')).toBe('appended 13');
    await execution.stop();
    execution = await desk.service('execution');
    expect(JSON.parse(held)).toMatchObject([{}, [['acct1-ETH-PERP', 12, {}], ['acct1-SOL-PERP', 12, {}]]]);
    expect(JSON.parse(execution.holds())).toMatchObject([{}, [['acct1-ETH-PERP', 13, {}], ['acct1-SOL-PERP', 12, {}]]]);
    expect(await desk.write(execution, 'position', 'acct1-ETH-PERP', 'two')).toBe('appended 14');
  });

  it('lets nobody begin a sealed stream anew: the last message of it is met, and the archive is named', async () => {
    await expect(desk.write(execution, 'trade', 'trade1', 'late')).rejects.toThrow(/execution\.trade\.trade1: its first \d+ decisions are sealed; name the folder of their archive by ARCHIVE_DIR/);
    await execution.stop();
    execution = await desk.service('execution', { archiveDir: desk.archive });
    expect(await desk.write(execution, 'trade', 'trade1', 'late')).toBe('appended 10');
  });

  it('is folded from the archive by a service without a fitting snapshot, to the same bytes; without the archive it does not start', async () => {
    const held = execution.holds();
    await execution.stop();
    await expect(desk.service('execution', { build: 'b2' })).rejects.toThrow(SealedLog);
    execution = await desk.service('execution', { build: 'b2', archiveDir: desk.archive });
    const text = (folded: string): unknown => (JSON.parse(folded) as unknown[])[0];
    expect(text(execution.holds())).toEqual(text(held));
    expect(execution.holds()).toContain('["acct1-ETH-PERP",14');
  });

  it('gives a reader that is new its place behind what is sealed', async () => {
    expect((await execution.bus.store.cursor('newcomer', P, [])).resumeAt).toBeGreaterThan(6);
  });
});

describe('rolling over again', () => {
  let desk: RollDesk;
  const readers: Service[] = [];
  beforeAll(async () => {
    desk = await RollDesk.start();
    readers.push(await desk.service('reporting'));
    await desk.trade(0, 3);
  }, 120_000);
  afterAll(() => desk.stop());

  it('keeps young trades whole and removes them the next time; the archive holds all, and a restore of it is the log that never was rolled over', async () => {
    const first = await desk.roll({ wholeMs: 90 * 60_000 });
    expect((await desk.log.subjects(STREAM)).get(`evt.${P}.execution.trade.trade1-r2`)).toBeGreaterThan(1);
    expect((await desk.log.subjects(STREAM)).get(`evt.${P}.execution.trade.trade1`)).toBe(1);
    await desk.trade(3, 5);
    const second = await desk.roll();
    expect(second.sealedUpTo).toBeGreaterThan(first.sealedUpTo);
    expect(new Set((await desk.log.subjects(STREAM)).values())).toEqual(new Set([1, 2]));
    expect(await desk.cli('verify', '--archive', desk.archive)).toMatchObject({ code: 0 });
    const fresh = await startNatsServer();
    const provisioner = await startProvisioner({ url: fresh.url, onFault: fail });
    const streams = await connectLogStreams({ url: fresh.url, user: 'restorer' });
    await restoreLog(streams, new ArchiveFolder(desk.archive), { contractsUpTo: CONTRACTS_UP_TO });
    const rolled = json(await desk.cli('rebuild', '--json', '--archive', desk.archive));
    expect(json(await ballast(['rebuild', '--json', '--nats', fresh.url], undefined, { connect: connectCli }))).toMatchObject({ hash: rolled['hash'], decisions: rolled['decisions'] });
    expect(await ballast(['verify', '--nats', fresh.url], undefined, { connect: connectCli })).toMatchObject({ code: 0 });
    await streams.close();
    await provisioner.close();
    await fresh.stop();
  }, 120_000);

  it('seals nothing where nothing came since, and takes no copy of the archive that lacks what is sealed', async () => {
    await expect(desk.roll()).rejects.toThrow(/has nothing to seal: it was opened at \d+, and nothing came since/);
    mkdirSync(join(desk.dir, 'other'));
    expect(await desk.cli('log', 'archive', join(desk.dir, 'other'))).toMatchObject({ code: 1, err: expect.stringMatching(/EVENTS_\d: the log is sealed up to \d+, this archive ends at 0[^]*next: name the folder/) as string });
    await expect(desk.roll({ folder: new ArchiveFolder(join(desk.dir, 'other')) })).rejects.toThrow(/the log is sealed up to \d+, this archive ends at 0/);
  });

  it('removes nothing where its folder does not hold what was proven any more, or holds it cut elsewhere, and goes on with the one that does', async () => {
    await desk.trade(5, 6);
    const [older, newer] = [join(desk.dir, 'older'), join(desk.dir, 'newer')];
    cpSync(desk.archive, older, { recursive: true });
    const overwritten = altered(desk.log, {
      snapshotReaches: (partition) => {
        if (!existsSync(newer)) renameSync(desk.archive, newer);
        cpSync(older, desk.archive, { recursive: true });
        return desk.log.snapshotReaches(partition);
      },
    });
    const says = /archive: EVENTS_\d is sealed up to \d+ with digest [0-9a-f]{64}; found an archive up to \d+ without a file that ends there/;
    await expect(desk.roll({}, overwritten)).rejects.toThrow(says);
    const { messages } = await desk.log.size(STREAM);
    rmSync(desk.archive, { recursive: true });
    renameSync(older, desk.archive);
    await archiveLog(altered(desk.log, { last: () => Promise.resolve(undefined) }), new ArchiveFolder(desk.archive));
    const told: string[] = [];
    await expect(desk.roll({ onStep: (what) => told.push(what) })).rejects.toThrow(says);
    expect([told, (await desk.log.size(STREAM)).messages]).toEqual([[], messages]);
    rmSync(desk.archive, { recursive: true });
    renameSync(newer, desk.archive);
    await new ArchiveFolder(desk.archive).alone('ballast log archive', () => expect(desk.roll()).rejects.toThrow(/process \d+ on .* \(`ballast log archive`, since .*\) writes this archive/));
    expect((await desk.log.size(STREAM)).messages).toBe(messages);
    expect(await desk.roll()).toMatchObject({ resumed: true });
    expect((await desk.log.size(STREAM)).messages).toBeLessThan(messages);
  }, 60_000);
});

describe('a command that is cut short', () => {
  let desk: RollDesk;
  let traded = 2;
  /** The same rounds in a log that is never rolled over. */
  const whole = new InMemoryEventStore();
  beforeAll(async () => {
    desk = await RollDesk.start();
    await desk.trade(0, traded);
    await writeLog(whole, rounds(0, traded));
    await desk.service('reporting');
  }, 120_000);
  afterAll(() => desk.stop());

  it.each<[string, LogStreamsDeath]>([
    ['while it archives', ['read', 1, 'before']],
    ['before the opening', ['append', 1, 'before']],
    ['after the opening', ['append', 1, 'after']],
    ['before anything is removed', ['thin', 2, 'before']],
    ['in the middle of what is removed', ['thin', 2, 'halfway']],
    ['after everything is removed', ['thin', 2, 'after']],
  ])('%s leaves the log as it was or rolled over, and is finished by the next run', async (_, [method, call, when]) => {
    await desk.trade(traded, traded + 1);
    await writeLog(whole, rounds(traded, traded + 1));
    traded += 1;
    const { messages } = await desk.log.size(STREAM);
    const opened = (await desk.log.last(STREAM, openingSubject(P)))?.sequence;
    await expect(desk.roll({}, dying(desk.log, method, call, when))).rejects.toThrow('killed');
    const isRolled = (await desk.log.last(STREAM, openingSubject(P)))?.sequence !== opened;
    expect(isRolled).toBe(method === 'thin' || when === 'after');
    if (!isRolled) expect((await desk.log.size(STREAM)).messages).toBe(messages);
    const never = { verify: (await ballast(['verify'], { store: whole })).code, hash: json(await ballast(['rebuild', '--json'], { store: whole }))['hash'] };
    expect(never).toMatchObject({ verify: 0 });
    expect(await verified(desk, '--archive', desk.archive)).toEqual(never);
    // Nothing is left to do where all was removed already.
    if (when !== 'after' || method !== 'thin') expect(await desk.roll()).toMatchObject({ resumed: isRolled });
    expect(await verified(desk, '--archive', desk.archive)).toEqual(never);
    const sealed = (await desk.log.last(STREAM, openingSubject(P)))?.sequence ?? 0;
    expect((await desk.log.size(STREAM)).messages).toBe((await desk.log.subjects(STREAM)).size + (opened === undefined ? 0 : 1));
    expect(sealed).toBeGreaterThan(opened ?? 0);
  }, 60_000);

  it('by kill -9, while it waits for a reader that is not there, is finished once the reader is back', async () => {
    const late = await desk.service('execution', { archiveDir: desk.archive });
    await late.stop();
    await desk.trade(traded, traded + 1);
    const opened = (await desk.log.last(STREAM, openingSubject(P)))?.sequence;
    const command = new ManagedProcess({ name: 'roll', command: process.execPath, args: [CLI, 'log', 'roll', String(P), '--archive', desk.archive, '--keep-hours', '0', '--without-archive', '--nats', desk.server.url] });
    await command.start();
    while ((await desk.log.last(STREAM, openingSubject(P)))?.sequence === opened) await delay(5);
    const { messages } = await desk.log.size(STREAM);
    await command.kill();
    await expect(desk.roll({ waitMs: 0 })).rejects.toThrow(/nothing of it was removed: its opening is not reached by execution \(its snapshot reaches \d+\)/);
    const position = `evt.${P}.execution.position.acct1-ETH-PERP`;
    const below = (await desk.log.last(STREAM, position))?.sequence ?? 0;
    await expect(desk.log.thin(STREAM, (await desk.log.size(STREAM)).lastSequence - 1, [[position, below]])).rejects.toThrow(/asked to thin up to \d+, and execution-c\d \(.+\) handles from \d+ on/);
    expect((await desk.log.size(STREAM)).messages).toBe(messages);
    await desk.service('execution', { archiveDir: desk.archive });
    expect(await desk.roll()).toMatchObject({ resumed: true });
    expect(await verified(desk, '--archive', desk.archive)).toMatchObject({ verify: 0 });
  }, 60_000);
});

describe('a partition that may not be rolled over', () => {
  let desk: RollDesk;
  beforeAll(async () => {
    desk = await RollDesk.start();
    await desk.trade(0, 1);
  }, 120_000);
  afterAll(() => desk.stop());

  it('is left as it is where a reader has not said that it has the archive, and rolled over once it has', async () => {
    const bare = await desk.service('reporting');
    await expect(desk.roll({ withoutArchive: false })).rejects.toMatchObject({ message: expect.stringMatching(/is not rolled over: reporting reads it without an archive/) as string, advice: expect.stringMatching(/ARCHIVE_DIR[^]*--without <name>[^]*--without-archive/) as string });
    expect([await desk.log.last(STREAM, openingSubject(P)), existsSync(join(desk.archive, 'manifest.json'))]).toEqual([undefined, false]);
    await bare.stop();
    await desk.service('reporting', { archiveDir: desk.archive });
    expect((await desk.log.readers(STREAM)).map(({ user, hasArchive }) => [user, hasArchive])).toEqual([['reporting', true]]);
  });

  it('is archived and verified anew where somebody writes between the proof and the opening', async () => {
    const own = desk.log.append.bind(desk.log);
    let overtaken = 0;
    const busy = new Proxy(desk.log, {
      get: (target, name) => {
        if (name !== 'append') return (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target);
        return async (...args: Parameters<LogStreams['append']>) => {
          if ((overtaken += 1) === 1) await desk.trade(1, 2);
          return own(...args);
        };
      },
    });
    const { sealedUpTo } = await desk.roll({ withoutArchive: false }, busy);
    expect([overtaken, sealedUpTo]).toEqual([2, 38]);
    expect(await verified(desk, '--archive', desk.archive)).toMatchObject({ verify: 0 });
  });

  it('waits for nobody who is gone for good, where that is said', async () => {
    await (await desk.service('collateral', { archiveDir: desk.archive })).stop();
    await desk.trade(2, 3);
    await expect(desk.roll({ waitMs: 0 })).rejects.toMatchObject({ message: expect.stringMatching(/not reached by collateral/) as string, advice: expect.stringContaining('left out by --without <name>') as string });
    expect(await desk.roll({ without: ['collateral'], withoutArchive: false })).toMatchObject({ resumed: true });
  });

  it('is left as it is where its books are not proven, and the breach is named', async () => {
    await desk.trade(3, 4, ({ kind }) => kind !== 'position');
    const { messages } = await desk.log.size(STREAM);
    await expect(desk.roll({ waitMs: 0 })).rejects.toThrow(/is not rolled over: breach of "[^"]+" at sequence \d+, evt\.\d\.execution\./);
    expect((await desk.log.size(STREAM)).messages).toBe(messages);
  });

  it('loses nothing to whoever is not the restorer, nor anything that its opening does not seal', async () => {
    const cli = await connectLogStreams({ url: desk.server.url, user: 'cli' });
    await expect(cli.thin(STREAM, 1, [])).rejects.toThrow(/found cli, allowed is restorer/);
    const { lastSequence } = await desk.log.size(STREAM);
    const opening = await desk.log.last(STREAM, openingSubject(P));
    const upTo = opening ? sealIn(P, opening).upTo : 0;
    const position = `evt.${P}.execution.position.acct1-ETH-PERP`;
    await expect(desk.log.thin(STREAM, lastSequence, [[position, lastSequence]], ['collateral'])).rejects.toThrow(/asked to thin up to \d+, sealed is what is up to \d+/);
    await expect(desk.log.thin(STREAM, upTo, [[position, upTo]], ['collateral'])).rejects.toThrow(/message \d+ is of evt\.\d\.collateral\.equity\.acct1, asked is that it stays of .*position/);
    await expect(desk.log.thin(STREAM, upTo, [[`evt.${P}.execution.>`, 38]])).rejects.toThrow(/subjects\[0\]: found .* allowed is a subject below/);
    await cli.close();
  });
});
