import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { tokenOf } from './served-desk.js';

const ROOT = new URL('../../../', import.meta.url);
const OWN = fileURLToPath(new URL('.cache/tools/bin/chromium', ROOT));
const PICTURES = fileURLToPath(new URL('docs/console/', ROOT));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The chromium that was named, the one of this folder, else the machine's. */
const binary = (): string => process.env['CHROMIUM_BIN'] ?? (existsSync(OWN) ? OWN : '/usr/bin/chromium');

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 375, height: 812 };

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** One person at one browser: what its page complained about is kept. */
export class Visitor {
  readonly complaints: string[] = [];
  /** Addresses of another origin than the console's that were asked for anything, and what its policy has stopped. */
  readonly foreign: string[] = [];
  private origin: string | undefined;

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== this.origin) this.foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.foreign.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  static async at(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
    return new Visitor(context, await context.newPage());
  }

  /** Opens the console. */
  open(url: string): ReturnType<Page['goto']> {
    this.origin = new URL(url).origin;
    return this.page.goto(url);
  }

  /** Opens the console and signs in, by keyboard. */
  async signIn(url: string, name: string): Promise<void> {
    await this.open(url);
    await this.page.locator('input[type=password]').focus();
    await this.page.keyboard.type(tokenOf(name));
    await this.page.keyboard.press('Enter');
    await this.page.locator('[data-fact=link]').filter({ hasText: /live|실시간/ }).waitFor();
  }

  async visit(path: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${path}`)}`);
    await this.page.locator('main h1').first().waitFor();
  }

  /** Waits until this is on the page, and nothing of the page is being loaded any more. */
  async shows(text: string): Promise<void> {
    await this.page.locator('main').getByText(text, { exact: false }).first().waitFor();
    await this.page.locator('main:not(:has(.waiting))').waitFor();
  }

  /** What axe finds against WCAG A and AA that is serious or worse. */
  async barriers(): Promise<readonly string[]> {
    await this.page.evaluate(AXE);
    const { violations } = (await this.page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })")) as { readonly violations: readonly Violation[] };
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  }

  /** By how many pixels the page is wider than its window. */
  async overflow(): Promise<number> {
    return (await this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number;
  }

  /** Kept for the page of the documentation, where pictures are asked for: of the window, or of one part of the page. */
  async picture(name: string, part?: Locator): Promise<void> {
    if (process.env['SCREENSHOTS'] !== '1') return;
    const path = `${PICTURES}${name}.png`;
    mkdirSync(dirname(path), { recursive: true });
    await (part ?? this.page).screenshot({ path, animations: 'disabled' });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: binary(), args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
