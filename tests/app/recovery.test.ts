/** A device is lost, a page is reloaded: the run goes on from its last checkpoint as if nothing had been. */
import { expect, test } from 'vitest';
import {
  appWithRun,
  differences,
  leaveAt,
  loseDevice,
  OFFER,
  outcomeOf,
  SMALL_RUN,
  startRun,
  storedRuns,
  waitForRecovery,
  waitForStep,
} from '../support/appRuns.ts';
import { textOf, waitForState } from '../support/browser.ts';

const given = appWithRun();

test('a run that loses its device twice ends with the files and the plots of one that lost none', async () => {
  const { page, undisturbed } = given;
  await startRun(page, SMALL_RUN);
  for (const step of [60, 400]) {
    await waitForStep(page, step);
    expect(await loseDevice(page)).toEqual({ done: true });
    await waitForRecovery(page, step - 40);
  }
  expect(await textOf(page, '#notice-device')).toMatch(
    /^The graphics device was lost; the run went on from step \d+ on a new one\.$/,
  );
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
});

test('a run that was left by a reload is offered and goes on to the same files and plots', async () => {
  const { page, undisturbed } = given;
  await leaveAt(page, 200);
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
  await page.waitForSelector('#unfinished[hidden]');

  // A run that is complete is not kept: the next visit begins with nothing.
  expect(await storedRuns(page)).toHaveLength(1);
  await page.reload({ waitUntil: 'load' });
  await waitForState(page, { phase: 'ready' });
  await expect.poll(() => storedRuns(page), { timeout: 60_000 }).toEqual([]);
  expect(await page.$(OFFER)).toBeNull();
});
