import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, NARROW, Visitor } from './browser.js';
import { type ConsoleDesk, openConsoleDesk } from './console-desk.js';
import { type ServedDesk, tokenOf } from './served-desk.js';

let desk: ServedDesk;
let market: ConsoleDesk['market'];
let browser: Browser;
const visitors: Visitor[] = [];
const visitor = async (...options: Parameters<typeof Visitor.at> extends [Browser, ...infer Rest] ? Rest : never): Promise<Visitor> => {
  const one = await Visitor.at(browser, ...options);
  visitors.push(one);
  return one;
};

beforeAll(async () => {
  const [opened, launched] = await Promise.all([openConsoleDesk(), launch()]);
  [desk, market, browser] = [opened.served, opened.market, launched];
});
afterEach(async () => {
  for (const each of visitors.splice(0)) {
    await each.leave();
    expect(each.foreign).toEqual([]);
  }
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

const PAGES: readonly (readonly [path: string, shows: string])[] = [
  ['bots', 'pair-1'],
  ['new', 'Separated by commas'],
  ['bots/pair-1', 'ETH-PERP'],
  ['trades', 'COMPLETED'],
  ['ladder', 'phase-1/weeks-1-2'],
  ['risk', 'profile-leg'],
  ['reports', 'Download as JSON'],
];

describe('the web console', () => {
  it('asks for a token, says that one is not known, and keeps a good one in the tab, out of the address', async () => {
    const one = await visitor();
    const { page } = one;
    await one.open(desk.url);
    await page.getByLabel('Token').fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not known here.').waitFor();
    await page.getByLabel('Token').fill(tokenOf('vera'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('vera · viewer').waitFor();
    expect(page.url()).not.toContain('canary');
    expect(await page.evaluate('[localStorage.length, Object.values(localStorage).join(), document.cookie].join("|")')).not.toContain('canary');
    await page.reload();
    await page.getByText('vera · viewer').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it.each(PAGES)('shows #/%s with "%s", without a barrier that axe finds serious, without a word in the console log', async (path, shows) => {
    const one = await visitor();
    await one.signIn(desk.url, 'olga');
    await one.visit(path);
    await one.shows(shows);
    expect(await one.barriers()).toEqual([]);
    expect(one.complaints).toEqual([]);
    if (path !== 'bots/pair-1') await one.picture(path);
  });

  it('has no serious barrier in the dark either', async () => {
    const one = await visitor({ colorScheme: 'dark' });
    await one.signIn(desk.url, 'olga');
    for (const [path, shows] of PAGES) {
      await one.visit(path);
      await one.shows(shows);
      expect([path, await one.barriers()]).toEqual([path, []]);
    }
  });

  it('fits into 375 pixels, page by page', async () => {
    const one = await visitor({ viewport: NARROW });
    await one.signIn(desk.url, 'olga');
    for (const [path, shows] of PAGES) {
      await one.visit(path);
      await one.shows(shows);
      expect([path, await one.overflow()]).toEqual([path, 0]);
      if (path === 'bots') await one.picture('bots-narrow');
    }
  });

  it('speaks Korean, remembers it, and tells the browser so', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'olga');
    await one.page.getByLabel('Language').selectOption('ko');
    await one.page.getByRole('heading', { level: 1, name: '봇' }).waitFor();
    await one.picture('bots-korean');
    await one.page.reload();
    await one.page.getByRole('link', { name: '리포트' }).waitFor();
    await one.page.locator('html[lang=ko]').waitFor();
  });

  it('shows price, liquidation and figures of a position, and goes on with the market', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.visit('bots/pair-1');
    const row = (instrument: string) => one.page.locator(`[data-row=${instrument}]`);
    await row('ETH-PERP').locator('[data-column=mark]').filter({ hasText: /^2,8\d\d/ }).waitFor();
    await one.page.locator('[data-chart=ETH-PERP] canvas').first().waitFor();
    await one.page.locator('[data-chart=SOL-PERP] canvas').nth(1).waitFor();
    market.move('ETH-PERP', 103n);
    await row('ETH-PERP').locator('[data-column=mark]').filter({ hasText: /^2,839/ }).waitFor();
    await row('SOL-PERP').locator('[data-column=liquidation]').filter({ hasText: /^\d{3}\.\d/ }).waitFor();
    await row('SOL-PERP').locator('[data-column=distance]').filter({ hasText: /^\d+\.\d\d %$/ }).waitFor();
  });

  it('says of every rule its limit, where it is now and how far that is', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.visit('risk');
    const rule = one.page.locator('[data-row=profile-leg]');
    await rule.locator('[data-column=limit]').filter({ hasText: '$300.00' }).waitFor();
    await rule.locator('[data-column=now]').filter({ hasText: /^\$2[89]\d\.\d\d$/ }).waitFor();
    await rule.locator('[data-column=distance]').filter({ hasText: /^\d\.\d %$/ }).waitFor();
  });

  it('explains a trade in the words of the log', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.visit('trades');
    await one.page.locator('main table a').last().click();
    await one.page.locator('.story li').first().waitFor();
    expect(await one.page.locator('.story .when').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('TradeApproved'), expect.stringContaining('TradeClosed')]));
    expect(await one.barriers()).toEqual([]);
    await one.picture('explain');
  });

  it('shows a report and hands it out as a file', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.visit('reports');
    await one.page.getByLabel('Report').selectOption('tracker');
    await one.page.getByRole('button', { name: 'Show' }).click();
    await one.page.locator('pre.report').waitFor();
    const [download] = await Promise.all([one.page.waitForEvent('download'), one.page.getByRole('button', { name: 'Download as JSON' }).click()]);
    expect(download.suggestedFilename()).toBe('tracker.json');
  });
});

describe('what a person does in the console', () => {
  it('a viewer finds nothing to press that changes the desk', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.page.locator('main').getByText('pair-1').first().waitFor();
    await one.page.locator('[data-portfolio=main] [data-state=ACTIVE]').waitFor();
    expect([await one.page.getByRole('button', { name: 'Halt' }).count(), await one.page.getByRole('link', { name: 'New bot' }).count()]).toEqual([0, 0]);
  });

  it('creates a bot, is told every field at fault, and starts it', async () => {
    const one = await visitor();
    const { page } = one;
    await one.signIn(desk.url, 'olga');
    await one.visit('new');
    for (const [label, value] of [['Bot id', 'second bot'], ['Portfolio id', 'other'], ['Account id', 'account-2'], ['Strategy', 'dn-pair'], ['Profiles', 'demo']] as const) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel('Settings').fill('{"mode"');
    expect(await page.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
    await page.getByLabel('Settings').fill(JSON.stringify({ mode: 'cycle', instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '100', costBudgetBps: '25', dailyCostBudget: '500' }));
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('.fault').filter({ hasText: '"second bot"' }).waitFor();
    await page.getByLabel('Bot id').fill('second');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.head .badge').filter({ hasText: 'RUNNING' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.head .badge').filter({ hasText: 'PAUSED' }).waitFor();
  });

  it('halts a portfolio in the log, and directly at the venue, by keyboard, only once the word is typed, and resumes it', async () => {
    const one = await visitor();
    const { page } = one;
    await one.signIn(desk.url, 'olga');
    const state = page.locator('[data-portfolio=main] .badge');
    await state.filter({ hasText: 'ACTIVE' }).waitFor();
    for (const [name, word, wanted] of [['Halt', 'HALT', 'HALTED'], ['Resume', 'RESUME', 'ACTIVE'], ['Stop at the venue', 'STOP', 'HALTED'], ['Resume', 'RESUME', 'ACTIVE']] as const) {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.getByLabel('Reason').fill('a look at the desk');
      const confirm = page.getByRole('button', { name: 'Confirm' });
      await page.getByLabel(`Type ${word} to confirm`).fill(word.toLowerCase());
      expect(await confirm.isDisabled()).toBe(true);
      await page.getByLabel(`Type ${word} to confirm`).fill(word);
      if (name === 'Halt') {
        expect(await one.barriers()).toEqual([]);
        await one.picture('halt');
      }
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await state.filter({ hasText: wanted }).waitFor();
    }
  });

  it('enables protection, warned three times, and pauses it (R74, R77, C-65)', async () => {
    const one = await visitor();
    const { page: at } = one;
    await one.signIn(desk.url, 'olga');
    await one.visit('bots/pair-1');
    await at.getByText('Nothing is configured: this bot is not protected.').waitFor();
    await at.getByText('Protection: Settings').click();
    await at.getByLabel('Enabled').selectOption('yes');
    await at.getByLabel('Most deposited').fill('100');
    for (const warning of ['can deposit up to $100 from your agent wallet during adverse price moves', 'ensure adequate USDC balance', 'NOT guaranteed to prevent liquidation']) await at.getByText(warning).waitFor();
    const save = at.locator('details', { hasText: 'Trigger distance' }).getByRole('button', { name: 'Save' });
    await save.click();
    await at.locator('.fault').filter({ hasText: 'allowed is at least 50' }).waitFor();
    await at.getByLabel('Step, $').fill('50');
    await save.click();
    await at.getByText('ON', { exact: true }).waitFor();
    await at.locator('[data-type=ProtectionConfigured]').waitFor();
    expect(await one.barriers()).toEqual([]);
    await at.getByRole('button', { name: 'Pause protection' }).click();
    await at.getByLabel('Reason').fill('a look at the wallet');
    await at.getByRole('button', { name: 'Confirm' }).click();
    await at.getByText('OFF', { exact: true }).waitFor();
    await at.getByRole('cell', { name: 'operator/olga: a look at the wallet' }).waitFor();
    expect(await at.getByRole('button', { name: 'Pause protection' }).count()).toBe(0);
  });

  it('asks for a rung and cannot approve it; another person approves, and the portfolio climbs (W-18)', async () => {
    const [first, second] = [await visitor(), await visitor()];
    await first.signIn(desk.url, 'arne');
    await first.visit('ladder');
    await first.page.getByRole('button', { name: 'Request promotion' }).click();
    await first.page.getByLabel('Reason').fill('the gate is passed');
    await first.page.getByLabel('Alert thresholds fit the new size').check();
    await first.page.getByRole('button', { name: 'Confirm' }).click();
    await first.page.getByText('approver/arne asks for phase-1/weeks-3-4').or(first.page.getByText('operator/arne asks for phase-1/weeks-3-4')).waitFor();
    await first.page.getByRole('button', { name: 'Approve' }).click();
    await first.page.getByLabel('Reason').fill('my own');
    await first.page.getByRole('button', { name: 'Confirm' }).click();
    await first.page.getByRole('alert').filter({ hasText: 'four-eyes' }).waitFor();
    await first.picture('ladder-four-eyes');

    await second.signIn(desk.url, 'sune');
    await second.visit('ladder');
    await second.page.getByRole('button', { name: 'Approve' }).click();
    await second.page.getByLabel('Reason').fill('seen');
    await second.page.getByRole('button', { name: 'Confirm' }).click();
    await second.page.locator('[data-fact=rung]').filter({ hasText: 'phase-1/weeks-3-4' }).waitFor();
  });

  it('is told that everything is stale once the desk is gone, and live again once it is back', async () => {
    const one = await visitor();
    await one.signIn(desk.url, 'vera');
    await one.page.locator('main').getByText('pair-1').first().waitFor();
    await desk.cut();
    await one.page.getByRole('alert').filter({ hasText: 'Stale: the link to the desk is down.' }).waitFor();
    await one.page.locator('[data-fact=link]').filter({ hasText: 'stale' }).waitFor();
    await one.picture('stale');
    await desk.mend();
    await one.page.locator('[data-fact=link]').filter({ hasText: 'live' }).waitFor();
    await one.page.locator('[data-fact=stale]').waitFor({ state: 'detached' });
    expect(desk.faults).toEqual([]);
  });
});
