/** Graphics devices are lost; a run on the page goes on from its last checkpoint as if nothing had been. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const loseDevice = (): Promise<object | undefined> =>
  page.evaluate(() => window.halide?.selftest({ what: 'loseDevice' }));

test('a run that loses its device twice ends with the files and the plots of one that lost none', async () => {
  await startRun(page, SMALL_RUN);
  for (const step of [60, 300]) {
    await waitForStep(page, step);
    expect(await loseDevice()).toEqual({ done: true });
    await page.waitForFunction(
      (least) => {
        const said = document.getElementById('notice-device')?.textContent ?? '';
        return Number(/from step (\d+)/.exec(said)?.[1] ?? 0) >= least;
      },
      { polling: 50 },
      step - 40,
    );
  }
  expect(await textOf(page, '#notice-device')).toMatch(
    /^The graphics device was lost; the run went on from step \d+ on a new one\.$/,
  );
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  expect(complaints).toEqual([]);
});
