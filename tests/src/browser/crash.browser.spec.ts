import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visitor } from './browser.js';
import { CrashDesk, NEW_BOT } from './crash-desk.js';

const WAIT = { timeout: 45_000 };
let crash: CrashDesk;
let browser: Browser;
let olga: Visitor;

beforeAll(async () => {
  [crash, browser] = await Promise.all([CrashDesk.open(), launch()]);
  olga = await Visitor.at(browser);
  await olga.signIn(crash.served.url, 'olga');
});
afterAll(async () => {
  await browser.close();
  await crash.served.close();
});

const fact = (name: string): Locator => olga.page.locator(`[data-fact=protection] [data-fact=${name}]`);
const rowsOf = (type: string): Locator => olga.page.locator(`[data-type=${type}]`);
const chartsOf = (instrument: string): Locator => olga.page.locator(`[data-chart=${instrument}] .chart`);
const settings = (): Locator => olga.page.locator('details', { hasText: 'Trigger distance' });
const save = (): Promise<void> => settings().getByRole('button', { name: 'Save' }).click();

/** Waits until every chart of the leg that falls has so many marks of a shape; where they are, px from the left. */
async function placesOf(shape: string, count: number): Promise<readonly number[]> {
  const places: number[] = [];
  for (const chart of [chartsOf('ETH-PERP').first(), chartsOf('ETH-PERP').last()]) {
    const marks = chart.locator(`[data-shape=${shape}]`);
    await marks.nth(count - 1).waitFor(WAIT);
    const [box, mark] = [await chart.boundingBox(), await marks.first().boundingBox()];
    if (!box || !mark) throw new Error(`the chart or its ${shape} has no place on the page`);
    const [left, top] = [mark.x + mark.width / 2 - box.x, mark.y + mark.height / 2 - box.y];
    expect([left > 0 && left < box.width, top > 0 && top < box.height]).toEqual([true, true]);
    places.push(left);
  }
  return places;
}

/** One person at a desk whose market falls: each step goes on where the one before it left the desk. */
describe('protection at work, as a person sees it in the console', () => {
  it('a bot is created in the console, which says at each field what is wrong with it', async () => {
    const { page } = olga;
    await page.getByRole('link', { name: 'New bot' }).click();
    const field = (label: string): Locator => page.getByLabel(label, { exact: true });
    await field('Bot id').fill('crash 1');
    await field('Portfolio id').fill(NEW_BOT.portfolioId);
    await field('Account id').fill(NEW_BOT.accountId);
    await field('Profiles').fill(`${NEW_BOT.profiles}, two words`);
    await field('Settings').fill(NEW_BOT.settings);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Refused: see the fields that are marked.').waitFor(WAIT);
    expect(await page.locator('.field:has([aria-invalid=true]) label').allTextContents()).toEqual(['Bot id', 'Strategy', 'Profiles']);
    expect(await page.locator('.fault').first().textContent()).toContain('"crash 1"');
    await field('Bot id').fill(NEW_BOT.botId);
    await field('Strategy').fill(NEW_BOT.strategy);
    await field('Profiles').fill(NEW_BOT.profiles);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: NEW_BOT.botId }).waitFor(WAIT);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.head [data-state=RUNNING]').waitFor(WAIT);
    await crash.moveTo(1_000, 60_000);
    for (const leg of ['ETH-PERP', 'SOL-PERP']) await page.locator(`[data-row=${leg}]`).waitFor(WAIT);
  }, 120_000);

  it('protection is enabled under the three warnings; settings that could help nobody are refused at their fields (R74, R77, C-9)', async () => {
    const { page } = olga;
    await page.getByText('Nothing is configured: this bot is not protected.').waitFor(WAIT);
    await settings().locator('summary').click();
    const field = (label: string): Locator => settings().getByLabel(label, { exact: true });
    await field('Enabled').selectOption('yes');
    await field('Mode').selectOption('smart');
    await field('Safe distance').fill('0.04');
    await field('Most deposited, $').fill('40');
    await field('Cooldown, ms').fill('soon');
    await save();
    await page.locator('.fault').filter({ hasText: 'soon' }).waitFor(WAIT);
    await field('Cooldown, ms').fill('10000');
    await field('Urgent distance').fill('0.2');
    await field('Urgent cooldown, ms').fill('5000');
    await save();
    await page.locator('.fault').filter({ hasText: 'allowed is less than safeDistance' }).waitFor(WAIT);
    await page.locator('.fault').filter({ hasText: 'less than triggerDistance' }).waitFor(WAIT);
    await field('Safe distance').fill('0.12');
    await field('Urgent distance').fill('0.02');
    for (const warning of ['can deposit up to $40 from your agent wallet during adverse price moves', 'This feature uses agent wallet funds - ensure adequate USDC balance', 'Protection deposits are NOT guaranteed to prevent liquidation']) await settings().getByText(warning).waitFor(WAIT);
    await save();
    await page.locator('.badges').getByText('ON', { exact: true }).waitFor(WAIT);
    await rowsOf('ProtectionConfigured').waitFor(WAIT);
    await fact('deposited').filter({ hasText: '$0.00 / $40.00' }).waitFor(WAIT);
    await fact('bounds').filter({ hasText: '5.00 % / 12.00 %' }).waitFor(WAIT);
    await fact('last-action').filter({ hasText: '–' }).waitFor(WAIT);
    await fact('in-doubt').filter({ hasText: '–' }).waitFor(WAIT);
    await olga.picture('protection-settings', settings());
    expect(await olga.barriers()).toEqual([]);
    await settings().locator('summary').click();
  }, 120_000);

  it('in the crash it deposits: status, table and both charts show it (R61, R66)', async () => {
    await crash.moveTo(530, 30_000);
    await fact('last-action').filter({ hasText: 'Deposit $' }).waitFor(WAIT);
    await fact('deposited').filter({ hasText: /^\$(?!0\.00)\d+\.\d\d \/ \$40\.00$/ }).waitFor(WAIT);
    await olga.page.locator('.badges').getByText('PROTECTING').waitFor(WAIT);
    await rowsOf('ProtectionDeposited').first().waitFor(WAIT);
    await fact('wallet').filter({ hasText: /^\$9\d\d\.\d\d$/ }).waitFor(WAIT);
    await placesOf('up', 1);
    await olga.page.locator('[data-chart=ETH-PERP] .legend').first().getByText('Deposit').waitFor(WAIT);
  }, 120_000);

  it('once the price has recovered, what was deposited comes back (R69, C-67)', async () => {
    await crash.moveTo(750, 20_000);
    await rowsOf('ProtectionWithdrawn').first().waitFor(WAIT);
    await fact('last-action').filter({ hasText: 'Withdrawal $' }).waitFor(WAIT);
    await fact('deposited').filter({ hasText: '$0.00 / $40.00' }).waitFor(WAIT);
    const [[deposit = 0] = [], [withdrawal = 0] = []] = [await placesOf('up', 1), await placesOf('down', 1)];
    expect(deposit).toBeLessThan(withdrawal);
    await olga.picture('protection', olga.page.locator('[data-fact=protection]'));
  }, 120_000);

  it('in a deeper fall it says that it is exhausted, and on a market that falls silent that its data are stale; told to reduce, it reduces (C-66, C-70, R91)', async () => {
    const { page } = olga;
    await crash.moveTo(495, 20_000);
    await rowsOf('ProtectionExhausted').first().waitFor(WAIT);
    await page.locator('.badges').getByText('EXHAUSTED: cap reached').waitFor(WAIT);
    await crash.hush(60_000);
    await rowsOf('ProtectionStale').first().waitFor(WAIT);
    await rowsOf('ProtectionFresh').first().waitFor(WAIT);
    await settings().locator('summary').click();
    await settings().getByLabel('When exhausted', { exact: true }).selectOption('reduce');
    await save();
    await crash.moveTo(490, 20_000);
    await rowsOf('ProtectionReductionRequested').first().waitFor(WAIT);
    await settings().locator('summary').click();
    const [exhausted = 0, stale = 0, reduction = 0] = (await Promise.all(['square', 'cross', 'diamond'].map((shape) => placesOf(shape, 1)))).map(([left]) => left);
    expect([exhausted < stale, stale < reduction]).toEqual([true, true]);
  }, 120_000);

  it('its marks are told apart by shape, explained in a legend, and seen in the dark too', async () => {
    const { page } = olga;
    const legend = page.locator('[data-chart=ETH-PERP] .legend').first();
    expect(await legend.locator('li').allTextContents()).toEqual(['Mark price', 'Liquidation price', 'Deposit', 'Withdrawal', 'Exhausted', 'Stale data', 'Reduction']);
    const shapes = await Promise.all((await legend.locator('path').all()).map((path) => path.getAttribute('d')));
    expect(new Set(shapes).size).toBe(5);
    expect(await legend.locator('line').first().getAttribute('stroke-dasharray')).not.toBe(await legend.locator('line').last().getAttribute('stroke-dasharray'));
    expect(await page.locator('[data-chart=ETH-PERP] [role=img]').first().getAttribute('aria-label')).toMatch(/^ETH-PERP: price and liquidation price; Deposit \d, Withdrawal \d, Exhausted \d, Stale data \d, Reduction \d$/);
    for (const [colorScheme, name] of [['dark', 'position-dark'], ['light', 'position']] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await olga.barriers()).toEqual([]);
      await olga.picture(name, page.locator('[data-chart=ETH-PERP]'));
    }
  }, 120_000);

  it('what was charted is charted again after a reload, from the history', async () => {
    await olga.page.reload();
    for (const shape of ['up', 'down', 'square', 'cross', 'diamond']) await placesOf(shape, 1);
  }, 120_000);

  it('the desk is halted and resumed, each by its typed word', async () => {
    const { page } = olga;
    for (const [name, word, wanted] of [['Halt', 'HALT', 'HALTED'], ['Resume', 'RESUME', 'ACTIVE']] as const) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByLabel('Reason').fill('a look at the desk');
      await page.getByLabel(`Type ${word} to confirm`).fill(word);
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.locator(`[data-portfolio=main] [data-state=${wanted}]`).waitFor(WAIT);
    }
  }, 120_000);

  it('a bot at rest is deleted by its typed name, one that runs is not offered it (W-12)', async () => {
    const { page } = olga;
    const remove = page.getByRole('button', { name: 'Delete', exact: true });
    await page.locator('.head [data-state=RUNNING]').waitFor(WAIT);
    expect(await remove.count()).toBe(0);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByLabel('Reason').fill('its capital is gone');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await remove.click();
    await page.getByLabel('Reason').fill('its capital is gone');
    const confirm = page.getByRole('button', { name: 'Confirm' });
    await page.getByLabel(`Type ${NEW_BOT.botId} to confirm`).fill('crash-2');
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${NEW_BOT.botId} to confirm`).fill(NEW_BOT.botId);
    await confirm.click();
    await page.getByRole('heading', { level: 1, name: 'Bots' }).waitFor(WAIT);
    await page.locator('main').getByText('None.').first().waitFor(WAIT);
    await olga.visit(`bots/${NEW_BOT.botId}`);
    await page.locator('.head [data-state=DELETED]').waitFor(WAIT);
    expect([await remove.count(), olga.foreign, crash.served.faults]).toEqual([0, [], []]);
  }, 120_000);
});
