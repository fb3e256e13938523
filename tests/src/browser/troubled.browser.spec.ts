import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visitor } from './browser.js';
import { openConsoleDesk } from './console-desk.js';
import type { ServedDesk } from './served-desk.js';

const SLOW_MS = 9_000;
const AWAY = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'A service does not answer', status: 503, detail: 'the log does not answer' }) };

let desk: ServedDesk;
let browser: Browser;
let one: Visitor;
beforeAll(async () => {
  const [opened, launched] = await Promise.all([openConsoleDesk(), launch()]);
  [desk, browser] = [opened.served, launched];
});
afterEach(() => one.leave());
afterAll(async () => {
  await browser.close();
  await desk.close();
});

describe('the web console of a desk in trouble', () => {
  it('stops everything at the venue where the desk cannot say what there is, and says why it cannot', async () => {
    one = await Visitor.at(browser);
    const { page } = one;
    await page.route('**/api/status', (route) => route.fulfill(AWAY));
    await one.signIn(desk.url, 'olga');
    await page.locator('.haltbar').getByRole('alert').filter({ hasText: 'the log does not answer' }).waitFor();
    expect(await page.getByRole('button', { name: 'Halt', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Stop at the venue' }).click();
    expect(await page.getByRole('dialog').getByLabel('What').inputValue()).toContain('EVERYTHING');
    await page.getByLabel('Reason').fill('fire');
    await page.getByLabel('Type STOP to confirm').fill('STOP');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.unroute('**/api/status');
    await page.reload();
    await page.locator('[data-portfolio=main] .badge').filter({ hasText: 'HALTED' }).waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByLabel('Reason').fill('over');
    await page.getByLabel('Type RESUME to confirm').fill('RESUME');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.locator('[data-portfolio=main] .badge').filter({ hasText: 'ACTIVE' }).waitFor();
  });

  it('shows a status that takes longer to come than the desk takes to decide something, and the halt with it', async () => {
    one = await Visitor.at(browser);
    const { page } = one;
    const slowly = async (route: Route): Promise<void> => {
      await delay(SLOW_MS);
      await route.continue().catch(() => undefined);
    };
    await page.route('**/api/status', slowly);
    await one.signIn(desk.url, 'olga');
    await page.getByRole('button', { name: 'Halt', exact: true }).waitFor({ timeout: 4 * SLOW_MS });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('keeps a token that the desk does not answer for, and is signed in once it does', async () => {
    one = await Visitor.at(browser);
    const { page } = one;
    await one.signIn(desk.url, 'vera');
    await page.route('**/api/session', (route) => route.fulfill(AWAY));
    await page.reload();
    await page.getByLabel('Token').waitFor();
    await page.unroute('**/api/session');
    await page.getByText('vera · viewer').waitFor();
  });
});
