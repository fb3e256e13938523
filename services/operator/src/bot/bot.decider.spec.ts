import { describe, expect, it } from 'vitest';
import { type Bot, type BotCommand, botDecider, type BotEvent, refusalOf } from './bot.decider.js';

const CONTEXT = { decisionId: 'decision1', at: 1_700_000_000_000 };
const CREATE: BotCommand = { type: 'CreateBot', botId: 'bot1', portfolioId: 'main', accountId: 'bot1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'user:test' };
const START: BotCommand = { type: 'StartBot', by: 'user:test' };
const PAUSE: BotCommand = { type: 'PauseBot', by: 'user:test' };
const CLOSE: BotCommand = { type: 'CloseAll', reason: 'enough', by: 'user:test' };
const STOP: BotCommand = { type: 'StopBot', reason: 'enough', by: 'user:test' };

function told(...commands: readonly BotCommand[]): { readonly bot: Bot; readonly events: readonly BotEvent['type'][] } {
  return commands.reduce<{ bot: Bot; events: readonly BotEvent['type'][] }>(
    ({ bot, events }, command) => {
      const decided = botDecider.decide(bot, command, CONTEXT);
      return { bot: decided.reduce((state, event) => botDecider.evolve(state, event), bot), events: [...events, ...decided.map(({ type }) => type)] };
    },
    { bot: botDecider.initial, events: [] },
  );
}

describe('A bot whose positions a person closes', () => {
  it('is CLOSING, and started again by the command that starts one', () => {
    expect(told(CREATE, START, CLOSE)).toMatchObject({ bot: { status: 'CLOSING' } });
    expect(told(CREATE, START, CLOSE, START)).toMatchObject({ bot: { status: 'RUNNING' }, events: ['BotCreated', 'BotStarted', 'BotCloseAllRequested', 'BotStarted'] });
  });

  it('is closed again when it is asked for again, and stopped when that is asked for', () => {
    expect(told(CREATE, START, CLOSE, CLOSE, STOP)).toMatchObject({ bot: { status: 'STOPPED' }, events: ['BotCreated', 'BotStarted', 'BotCloseAllRequested', 'BotCloseAllRequested', 'BotStopped'] });
    expect(told(CREATE, START, STOP, CLOSE)).toMatchObject({ bot: { status: 'CLOSING' } });
  });

  it('is not paused: nothing of it runs', () => {
    expect(refusalOf(told(CREATE, START, CLOSE).bot, PAUSE)).toContain('is CLOSING; only a RUNNING bot can be paused');
  });
});

describe('A bot that is told the settings it has', () => {
  it('is as it was, in whatever order they come', () => {
    const [settings, inOrder] = [{ b: { d: 1, c: [2, 3] }, a: 'x' }, { a: 'x', b: { c: [2, 3], d: 1 } }];
    const { bot } = told({ ...CREATE, settings: inOrder });
    expect(refusalOf(bot, { ...CREATE, settings })).toBeUndefined();
    const configure = (to: BotCommand & { type: 'ConfigureBot' }): readonly string[] => botDecider.decide(bot, to, CONTEXT).map(({ type }) => type);
    expect(configure({ type: 'ConfigureBot', settings, by: 'user:test' })).toEqual([]);
    expect(configure({ type: 'ConfigureBot', settings: { ...settings, b: { d: 1, c: [3, 2] } }, by: 'user:test' })).toEqual(['BotConfigured']);
  });
});

describe('A bot that a person deletes (W-12)', () => {
  const remove = (...open: readonly string[]): BotCommand => ({ type: 'DeleteBot', reason: 'replaced', by: 'user:test', open });

  it('is gone for good: a second deletion changes nothing, and nothing else is done to it', () => {
    const { bot, events } = told(CREATE, START, STOP, remove(), remove(), START, CLOSE, STOP, PAUSE, CREATE);
    expect([bot, events]).toMatchObject([{ status: 'DELETED', accountId: 'bot1' }, ['BotCreated', 'BotStarted', 'BotStopped', 'BotDeleted']]);
    for (const command of [START, CLOSE, STOP, PAUSE, CREATE, { type: 'ConfigureBot', settings: {}, by: 'user:test' } as const]) expect(refusalOf(bot, command)).toBe('bot bot1 is deleted; an id is not given again');
    expect(refusalOf(bot, remove('trade t1 is open'))).toBeUndefined();
  });

  it('is at rest first: one that runs or pauses is stopped before', () => {
    for (const last of [START, PAUSE]) expect(refusalOf(told(CREATE, START, last).bot, remove())).toMatch(/is (RUNNING|PAUSED); only one at rest can be deleted: `ballast bot stop`/);
    for (const commands of [[CREATE], [CREATE, START, STOP], [CREATE, START, CLOSE]]) expect(refusalOf(told(...commands).bot, remove())).toBeUndefined();
    expect(refusalOf(botDecider.initial, remove())).toContain('there is no such bot');
  });

  it('stays as long as anything of it is open, and is told what', () => {
    const command = remove('position 0.042 ETH-PERP in account acct1', 'trade t1 is open');
    expect(refusalOf(told(CREATE).bot, command)).toBe("bot bot1 can't be deleted before it is flat and its protection is back; open are: position 0.042 ETH-PERP in account acct1; trade t1 is open");
    expect(told(CREATE, command).events).toEqual(['BotCreated']);
  });
});
