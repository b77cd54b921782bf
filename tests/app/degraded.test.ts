/** Browsers that lack something: the page says what, and the rest of it works. */
import type { Browser } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  colorCounts,
  INSECURE_HOST,
  launchBrowser,
  openPage,
  type ServedApp,
  serveApp,
  textOf,
  waitForState,
} from '../support/browser.ts';

let app: ServedApp;
let browser: Browser | undefined;

beforeAll(async () => {
  app = await serveApp();
});

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

afterAll(async () => {
  await app?.close();
});

test('without a WebGPU adapter the structure is shown, and said that nothing can be computed', async () => {
  browser = await launchBrowser({ webgpu: false });
  const { page } = await openPage(browser, app.url);
  await waitForState(page, { phase: 'ready' });
  await page.waitForSelector('#no-gpu');
  expect(await textOf(page, '#no-gpu')).toMatch(
    /offers no graphics adapter, so nothing can be computed here/,
  );
  expect(await textOf(page, '#top')).toContain('No WebGPU');
  expect(await page.$eval('#toggle', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  expect((await colorCounts(page, '#canvas-host')).mobile).toBeGreaterThan(2000);
});

test('at an insecure address the page says that WebGPU needs a secure one', async () => {
  browser = await launchBrowser();
  const { page, complaints } = await openPage(browser, app.url.replace('127.0.0.1', INSECURE_HOST));
  await waitForState(page, { phase: 'ready' });
  await page.waitForSelector('#no-gpu');
  expect(await textOf(page, '#no-gpu')).toContain('WebGPU needs a secure address');
  expect(complaints).toEqual([]);
});

test('without WebGL there is a still picture, and the engine runs all the same', async () => {
  browser = await launchBrowser({ webgl: false });
  const { page } = await openPage(browser, app.url);
  await waitForState(page, { phase: 'ready' });
  await page.waitForSelector('.still svg');
  expect(await textOf(page, '#no-webgl')).toContain('a still picture of the structure');
  expect((await colorCounts(page, '#canvas-host')).mobile).toBeGreaterThan(1000);
  await page.keyboard.press('Space');
  await waitForState(page, { phase: 'running' });
});
