/**
 * A run on the page whose device is lost twenty times, and whose page is loaded anew three times in between, ends with the files
 * and plots of one that was left alone. Two minutes without a GPU.
 */
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomSequence } from '../../src/core/rng.ts';
import {
  differences,
  loseDevice,
  OFFER,
  outcomeOf,
  SMALL_RUN,
  startRun,
  waitForRecovery,
  waitForStep,
} from '../support/appRuns.ts';
import { launchBrowser, openPage, type ServedApp, serveApp, waitForState } from '../support/browser.ts';

const LOSSES = 20;
const RELOAD_EVERY = 6;

const [warm, produce] = SMALL_RUN.stages;
const run = { ...SMALL_RUN, stages: [warm, { ...produce, duration: 8000 }] };

let app: ServedApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser, app.url));
  await waitForState(page, { phase: 'ready' });
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

it(`survives ${LOSSES} losses of the device in the browser`, async () => {
  const random = new RandomSequence(Number(process.env['HALIDE_SEED'] ?? 1));
  await startRun(page, run);
  const undisturbed = await outcomeOf(page);

  await startRun(page, run);
  let [losses, reloads, step] = [0, 0, 0];
  while (losses < LOSSES) {
    // Beyond the next checkpoint: three losses at one end the run.
    step += 50 + Math.ceil(150 * random.uniform());
    await waitForStep(page, step);
    await loseDevice(page);
    losses++;
    await waitForRecovery(page, step - 40);
    if (losses % RELOAD_EVERY > 0) continue;
    await page.reload({ waitUntil: 'load' });
    await page.waitForSelector(OFFER);
    await page.click(OFFER);
    await waitForState(page, { phase: 'running' });
    reloads++;
  }
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  expect(complaints).toEqual([]);
  console.log(
    `${losses} devices lost, ${reloads} reloads: the files and plots of the run that was left alone`,
  );
});
