/** Runs that a closed or reloaded tab has left in the browser: offered, continued to the same bits, discarded. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { differences, outcomeOf, SMALL_RUN, startRun, waitForStep } from '../support/appRuns.ts';
import {
  launchBrowser,
  openPage,
  type ServedApp,
  serveApp,
  textOf,
  waitForState,
} from '../support/browser.ts';

let app: ServedApp;
let browser: Browser;
let page: Page;
let complaints: string[];
let undisturbed: ReadonlyMap<string, string | null>;

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser, app.url));
  await waitForState(page, { phase: 'ready' });
  await startRun(page, SMALL_RUN);
  undisturbed = await outcomeOf(page);
});

beforeEach(() => {
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const OFFER = '#unfinished:not([hidden]) .continue';

/** Begins a run and leaves it at this step or soon after; the page is loaded anew. */
async function leaveAt(step: number): Promise<void> {
  await startRun(page, SMALL_RUN);
  await waitForStep(page, step);
  await page.reload({ waitUntil: 'load' });
  await page.waitForSelector(OFFER);
}

/** Folders of runs in the browser's private files. */
function storedRuns(): Promise<string[]> {
  return page.evaluate(async () => {
    const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    const ids: string[] = [];
    for await (const id of runs.keys()) ids.push(id);
    return ids;
  });
}

/** Waits until there is none. */
async function waitForNoRuns(): Promise<void> {
  await expect.poll(storedRuns, { timeout: 60_000 }).toEqual([]);
}

test('a run that was left by a reload is offered and goes on to the same files and plots', async () => {
  await leaveAt(200);
  const words = await textOf(page, OFFER);
  expect(Number(/^Continue LiCl 300 K from step (\d+)$/.exec(words)?.[1])).toBeGreaterThanOrEqual(160);
  await page.focus(OFFER);
  await page.keyboard.press('Enter');
  await waitForState(page, { phase: 'running' });
  expect(await page.$(OFFER)).toBeNull();
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  const log = (await page.evaluate(() => window.halide?.file('log.txt'))) ?? '';
  expect(log).toContain(`resumed at step ${/\d+$/.exec(words)?.[0]}`);
  expect(await page.$('#notice-adapter')).toBeNull();

  // A run that is complete is not kept: the next visit begins with nothing.
  expect(await storedRuns()).toHaveLength(1);
  await page.reload({ waitUntil: 'load' });
  await waitForState(page, { phase: 'ready' });
  await waitForNoRuns();
  expect(await page.$(OFFER)).toBeNull();
});

test('of a checkpoint that was made on another adapter the page says that the continuation is a statistical one', async () => {
  await leaveAt(100);
  const [left = ''] = await storedRuns();
  await page.evaluate(async (id) => {
    const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    const folder = await runs.getDirectoryHandle(id);
    // The one before, where the tab died while it wrote the newest.
    const newest = await folder.getFileHandle('checkpoint.bin').catch(() => null);
    const isWhole = newest !== null && (await newest.getFile()).size > 0;
    const handle = isWhole ? newest : await folder.getFileHandle('checkpoint.previous.bin');
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    const [head, header] = [bytes.indexOf(10), bytes.indexOf(10, bytes.indexOf(10) + 1)];
    const json = JSON.parse(new TextDecoder().decode(bytes.slice(head, header)));
    json.adapter.name = 'Another Adapter';
    const body = await new Blob([JSON.stringify(json), bytes.slice(header)]).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const file = await handle.createWritable();
    await file.write(new Blob([`halide-md checkpoint ${hash}\n`, body]));
    await file.close();
  }, left);
  await page.click(OFFER);
  await page.waitForSelector('#notice-adapter');
  expect(await textOf(page, '#notice-adapter')).toMatch(
    /^This is a statistical continuation, not the same bits: begun on Another Adapter, resumed on .*swiftshader/,
  );
  await waitForState(page, { phase: 'finished' });
});

test('another tab does not touch a run, and offers it when its tab is closed', async () => {
  const other = await openPage(browser, app.url);
  await startRun(other.page, SMALL_RUN);
  await waitForStep(other.page, 150);
  await other.page.keyboard.press('Space');
  await waitForState(other.page, { phase: 'paused' });
  await page.bringToFront();
  await page.reload({ waitUntil: 'load' });
  await waitForState(page, { phase: 'ready' });
  expect(await page.$(OFFER)).toBeNull();
  expect(await storedRuns()).toHaveLength(1);
  await other.page.close();
  await page.waitForSelector(OFFER);
  await page.click(OFFER);
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  expect(other.complaints).toEqual([]);
});

test('a run that is discarded leaves nothing', async () => {
  await leaveAt(60);
  await page.click('#unfinished [aria-label="Discard LiCl 300 K"]');
  await page.waitForSelector('#unfinished[hidden]');
  await waitForNoRuns();
});

test('a run that the browser has no more room for goes on in memory, and the page says so', async () => {
  await startRun(page, SMALL_RUN);
  await waitForStep(page, 100);
  const session = await page.createCDPSession();
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(app.url).origin, quotaSize: 1 });
  await page.waitForSelector('#notice-storage');
  expect(await textOf(page, '#notice-storage')).toMatch(/no more room for the files of this run: it goes on/);
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
});
