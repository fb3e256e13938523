import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, NARROW, Visitor } from './browser.js';
import { openConsoleDesk } from './console-desk.js';
import type { ServedDesk } from './served-desk.js';

let desk: ServedDesk;
let browser: Browser;

beforeAll(async () => {
  const [opened, launched] = await Promise.all([openConsoleDesk(), launch()]);
  [desk, browser] = [opened.served, launched];
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

/** Every page, with what it shows in whatever language. */
const PAGES: readonly (readonly [path: string, shows: string])[] = [['bots', 'pair-1'], ['new', 'ID'], ['bots/pair-1', 'ETH-PERP'], ['trades', 'ETH-PERP'], ['ladder', 'phase-1/weeks-1-2'], ['risk', 'profile-leg'], ['reports', 'JSON']];

/** Words of the page, and of what it says to who listens, that are in Latin letters alone; but for names and what is marked as English. */
const LATIN_WORDS = `(() => {
  const isApart = (element) => element.closest('[translate=no], [lang=en], code, pre, script, noscript, textarea') !== null;
  const isLatin = (text) => /[A-Za-z]{2,}/.test(text) && !/[가-힣]/.test(text);
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (!isApart(texts.currentNode.parentElement) && isLatin(texts.currentNode.data)) found.push(texts.currentNode.data);
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [data-head]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'data-head']) if (!isApart(element) && isLatin(element.getAttribute(name) ?? '')) found.push(name + ': ' + element.getAttribute(name));
  }
  return [...new Set(found)];
})()`;

/** What has the focus: its label or text, and whether its outline is drawn. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
  return [label.trim(), getComputedStyle(element).outlineStyle !== 'none'];
})()`;
const STOPS_MAX = 80;

/** Goes from stop to stop by one key until the wanted one has the focus; each on the way shows that it has it. */
async function stepTo({ page }: Visitor, wanted: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press(key);
    const [name, isOutlined] = (await page.evaluate(FOCUSED)) as [string, boolean];
    if (name !== '' && !isOutlined && (await page.evaluate('document.activeElement !== document.body'))) throw new Error(`"${name.slice(0, 60)}" has the focus and does not show it`);
    if (name === wanted) return;
  }
  throw new Error(`no key led to "${wanted}"`);
}

describe('the web console, for everybody', () => {
  it('has no word on any page that is left in English when it speaks Korean; nor in its dialogs', async () => {
    const one = await Visitor.at(browser, { locale: 'ko-KR' });
    const { page } = one;
    await one.open(desk.url);
    await page.getByRole('button', { name: '로그인' }).waitFor();
    expect(['sign in', await page.evaluate(LATIN_WORDS)]).toEqual(['sign in', []]);
    await one.signIn(desk.url, 'olga');
    for (const [path, shows] of PAGES) {
      await one.visit(path);
      await one.shows(shows);
      if (path === 'bots/pair-1') {
        await page.locator('.legend').first().waitFor();
        for (const summary of await page.locator('summary').all()) await summary.click();
      }
      expect([path, await page.evaluate(LATIN_WORDS)]).toEqual([path, []]);
    }
    await page.locator('.haltbar').getByRole('button').first().click();
    await page.getByRole('dialog').waitFor();
    expect(['halt', await page.evaluate(LATIN_WORDS)]).toEqual(['halt', []]);
    await one.leave();
  });

  it('is walked by keyboard alone: to a bot, through its settings with what is wrong in them, to a halt that is called off', async () => {
    const one = await Visitor.at(browser);
    const { page } = one;
    await one.signIn(desk.url, 'olga');
    await one.shows('pair-1');
    await stepTo(one, 'Skip to content', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await stepTo(one, 'pair-1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'pair-1' }).waitFor();
    await one.shows('Protection: Settings');
    await stepTo(one, 'Protection: Settings');
    await page.keyboard.press('Enter');
    await stepTo(one, 'Enabled');
    await page.keyboard.press('y');
    await page.locator('.notice.warn li').nth(2).waitFor();
    await stepTo(one, 'Most deposited, $');
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await page.locator('.fault').filter({ hasText: 'allowed is at least' }).waitFor();
    await stepTo(one, 'Step, $');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('50');
    await stepTo(one, 'Save');
    await page.keyboard.press('Enter');
    await page.locator('.badges').getByText('ON', { exact: true }).waitFor();
    await stepTo(one, 'Halt', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await stepTo(one, 'Reason');
    await page.keyboard.type('by keyboard');
    await stepTo(one, 'Type HALT to confirm');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(FOCUSED)).toEqual(['Halt', true]);
    await page.locator('[data-portfolio=main] [data-state=ACTIVE]').waitFor();
    await one.leave();
  });

  it('shows no serious barrier in either scheme before signing in, in a story and in a dialog', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const one = await Visitor.at(browser, { colorScheme });
      await one.open(desk.url);
      await one.page.getByLabel('Token').waitFor();
      expect(['sign in', colorScheme, await one.barriers()]).toEqual(['sign in', colorScheme, []]);
      if (colorScheme === 'light') await one.picture('sign-in');
      await one.signIn(desk.url, 'olga');
      await one.visit('trades');
      await one.page.locator('main table a').last().click();
      await one.page.locator('.story li').first().waitFor();
      expect(['story', colorScheme, await one.barriers()]).toEqual(['story', colorScheme, []]);
      await one.page.getByRole('button', { name: 'Halt' }).click();
      await one.page.getByRole('dialog').waitFor();
      expect(['dialog', colorScheme, await one.barriers()]).toEqual(['dialog', colorScheme, []]);
      await one.leave();
    }
  });

  it('fits into 375 pixels with its forms open, its charts drawn and a dialog in front', async () => {
    const one = await Visitor.at(browser, { viewport: NARROW });
    const { page } = one;
    await one.signIn(desk.url, 'olga');
    await one.visit('bots/pair-1');
    await one.shows('Protection: Settings');
    await page.locator('canvas').first().waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect([await one.overflow(), await one.barriers()]).toEqual([0, []]);
    await page.getByRole('button', { name: 'Halt' }).click();
    const box = await page.getByRole('dialog').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= NARROW.width).toBe(true);
    expect(await one.overflow()).toBe(0);
    await one.leave();
  });

  it('loads nothing from elsewhere, and its policy stops what would', async () => {
    const one = await Visitor.at(browser);
    const { page } = one;
    const answer = await one.open(desk.url);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect([policy.includes("default-src 'none'"), policy.includes("script-src 'self'"), policy.includes('unsafe'), policy.includes('*')]).toEqual([true, true, false, false]);
    await one.signIn(desk.url, 'olga');
    for (const [path, shows] of PAGES) {
      await one.visit(path);
      await one.shows(shows);
    }
    expect(await page.evaluate("document.querySelectorAll('script:not([src]), style, [onclick], iframe').length")).toBe(0);
    expect([one.foreign, one.complaints]).toEqual([[], []]);
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))");
    expect(await page.evaluate("[window.ran ?? 'stopped', fetch('http://127.0.0.1:9/').then(() => 'let through', () => 'stopped')].reduce(async (first, second) => first + ' ' + (await second))")).toBe('stopped stopped');
    expect(one.foreign.every((each) => each.includes('Content Security Policy'))).toBe(true);
    await one.leave();
  });
});
